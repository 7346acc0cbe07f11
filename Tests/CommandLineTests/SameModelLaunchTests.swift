import Factorization
import Foundation
import XCTest

/// The theorem as a user meets it: with the same `--blocks`, the model directory is the same byte for
/// byte however many ranks and threads trained it.
final class SameModelLaunchTests: LaunchTestCase {
  private static let options = [
    "--blocks", "14", "--factors", "10", "--epochs", "3", "--seed", "7", "--tile-kib", "2",
  ]

  private var ratings = ""

  override func setUpWithError() throws {
    try super.setUpWithError()
    ratings = try write(skewedRatings(rows: 150, columns: 40, count: 2500), to: "ratings.tsv")
  }

  private func model(
    _ ratings: String, _ options: [String], ranks: Int?, threads: Int
  ) throws -> [String: Data] {
    let output = "model-\(UUID().uuidString)"
    try train(
      ratings, Self.options + options + ["--threads", "\(threads)"], ranks: ranks, output: output)
    let files = try contents(path(output))
    XCTAssertTrue(files.keys.contains("model.json"))
    return files
  }

  /// Two lists of files compared with a message that one can read.
  private func assertEqual(
    _ model: [String: Data], _ expected: [String: Data], _ name: String,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    XCTAssertEqual(model.keys.sorted(), expected.keys.sorted(), name, file: file, line: line)
    let different = expected.keys.filter { model[$0] != expected[$0] }.sorted()
    XCTAssertEqual(different, [], name, file: file, line: line)
  }

  func testRanksAndThreads() throws {
    let options = ["--test-fraction", "0.1"]
    let expected = try model(ratings, options, ranks: nil, threads: 1)
    for ranks in [1, 2, 3, 4, 7] {
      for threads in [1, 2] {
        let other = try model(ratings, options, ranks: ranks, threads: threads)
        assertEqual(other, expected, "\(ranks) ranks, \(threads) threads")
      }
    }
  }

  /// Each loss, schedule and kind of model on three ranks and on a number of ranks that varies.
  func testEachLossAndSchedule() throws {
    let others = [(1, 2), (2, 2), (4, 1), (7, 1)]
    var combination = 0
    let signs = try write(
      skewedRatings(rows: 150, columns: 40, count: 2500, isSigned: true), to: "signs.tsv")
    for loss in LossKind.allCases {
      let ratings = loss == .logistic ? signs : ratings
      for schedule in ScheduleKind.allCases {
        for biases in [[], ["--no-biases", "--no-global-mean", "--no-weighted"]] {
          let options =
            ["--loss", loss.rawValue, "--schedule", schedule.rawValue, "--test-fraction", "0.2"]
            + biases
          let (ranks, threads) = others[combination % others.count]
          let expected = try model(ratings, options, ranks: nil, threads: 1)
          let other = try model(ratings, options, ranks: ranks, threads: threads)
          assertEqual(other, expected, "\(options): \(ranks) ranks, \(threads) threads")
          combination += 1
        }
      }
    }
  }

  func testEachPointOrder() throws {
    for pointOrder in PointOrder.allCases {
      let options = ["--point-order", pointOrder.rawValue, "--step", "bold-driver"]
      let expected = try model(ratings, options, ranks: nil, threads: 1)
      let other = try model(ratings, options, ranks: 3, threads: 2)
      assertEqual(other, expected, "points \(pointOrder)")
    }
  }

  func testStepsThatFollowTheLoss() throws {
    for step in [["automatic"], ["automatic", "--undo-rises"], ["bold-driver", "--undo-rises"]] {
      let options = ["--epochs", "8", "--step"] + step
      let expected = try model(ratings, options, ranks: nil, threads: 1)
      let other = try model(ratings, options, ranks: 3, threads: 2)
      assertEqual(other, expected, "\(options)")
    }
  }

  func testCoordinateDescent() throws {
    let options = ["--test-fraction", "0.2", "--solver", "ccd"]
    let expected = try model(ratings, options, ranks: nil, threads: 1)
    for (ranks, threads) in [(1, 2), (3, 1), (4, 2)] {
      let other = try model(ratings, options, ranks: ranks, threads: threads)
      assertEqual(other, expected, "\(ranks) ranks, \(threads) threads")
    }
  }

  /// The seed and the loss do matter, so equal files above are no matter of course.
  func testOtherOptionsGiveOtherModels() throws {
    let vectors = try [[], ["--seed", "8"], ["--loss", "huber"], ["--schedule", "seq"]].map {
      try model(ratings, $0, ranks: 2, threads: 1)["W.npy"]
    }
    XCTAssertEqual(Set(vectors).count, vectors.count)
  }

  func testEachFormatOfFile() throws {
    let (rows, columns, count) = (150, 40, 2500)
    let windows = skewedRatings(
      rows: rows, columns: columns, count: count, separator: "::", lineBreak: "\r\n")
    let words = skewedRatings(rows: rows, columns: columns, count: count, prefix: "name ")
    // The only word comes last, when the other ranks have read their parts as integers.
    let mixed = skewedRatings(rows: rows, columns: columns, count: count) + "last\t7\t4\n"
    let entries = skewedRatings(rows: rows, columns: columns, count: count, separator: " ")
    let files = [
      ("gzip", try gzip(ratings)),
      ("CRLF", try write(windows, to: "windows.dat")),
      ("integers and a word", try write(mixed, to: "mixed.tsv")),
      ("words", try write(words, to: "words.tsv")),
      (
        "Matrix Market",
        try write(
          "%%MatrixMarket matrix coordinate real general\n\(rows) \(columns) \(count)\n" + entries,
          to: "matrix.mtx")
      ),
    ]
    var expected = try model(ratings, [], ranks: 1, threads: 1)
    expected["model.json"] = nil  // It names the file.
    for (format, file) in files {
      var one = try model(file, [], ranks: 1, threads: 1)
      let three = try model(file, [], ranks: 3, threads: 1)
      assertEqual(three, one, "\(format) on 3 ranks and on 1")
      if format == "gzip" || format == "CRLF" {
        one["model.json"] = nil
        assertEqual(one, expected, "\(format) and plain text")
      }
    }
  }
}
