import Factorization
import Foundation

/// How fast one process reads a file of ratings that is in the page cache.
struct ReadingSpeed: Encodable {
  var benchmark = "reading"
  let isCompressed: Bool
  let fileBytes: Int
  let ratings: Int
  /// Bytes of the file a second; of a gzip file those that are inflated are more.
  let bytesPerSecond: Samples
  let ratingsPerSecond: Samples

  init(path: String) throws {
    let file = try RatingFile(path: path)
    isCompressed = file.isCompressed
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let bytes = attributes[.size] as? Int ?? 0
    fileBytes = bytes
    var count = 0
    var seconds: [Double] = []
    for _ in 0..<5 {
      let begin = MonotonicClock.seconds
      count = try file.readAll().ratings.count
      seconds.append(MonotonicClock.seconds - begin)
    }
    ratings = count
    bytesPerSecond = Samples(seconds.map { Double(bytes) / $0 })
    ratingsPerSecond = Samples(seconds.map { Double(count) / $0 })
  }
}

/// Measures reading of one file.
func measureReading(of path: String, _ records: RecordFile) throws {
  let speed = try ReadingSpeed(path: path)
  try records.add(speed)
  print(
    speed.isCompressed ? "gzip" : "text",
    cell(Double(speed.fileBytes) / 1e6, 8, decimals: 1), "MB",
    cell(speed.bytesPerSecond.median / 1e6, 7), "MB/s",
    cell(speed.ratingsPerSecond.median / 1e6, 7, decimals: 2), "million ratings/s (median of 5)")
}
