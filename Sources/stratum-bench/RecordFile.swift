import Foundation

/// Where measurements go, one JSON object a line, beside the tables on standard output.
final class RecordFile {
  private let file: FileHandle?

  /// Opens a file to append to; without a path records go nowhere.
  init(path: String?) throws {
    guard let path else {
      file = nil
      return
    }
    if !FileManager.default.fileExists(atPath: path) {
      try Data().write(to: URL(fileURLWithPath: path))
    }
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file?.seekToEnd()
  }

  /// Appends a record.
  func add(_ record: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try file?.write(contentsOf: encoder.encode(record) + Data("\n".utf8))
  }
}

/// A number for a table, moved to the right end of its column.
func cell(_ number: Double, _ width: Int, decimals: Int = 0) -> String {
  let text = String(format: "%.\(decimals)f", number)
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// A share for a table, in percent.
func percentCell(_ share: Double, _ width: Int) -> String { cell(100 * share, width - 2) + " %" }
