import Foundation
import XCTest

/// What a user gets for an output of `stratum train` or `stratum generate` that cannot be written: one
/// sentence, before anything is computed where that can be known, and nothing left behind.
final class BadOutputLaunchTests: LaunchTestCase {
  private var ratings = ""
  private static let matrix = "ratings-like:rows=500,columns=200,ratings=20000"

  override func setUpWithError() throws {
    try super.setUpWithError()
    ratings = try write(skewedRatings(rows: 70, columns: 30, count: 3000), to: "good.tsv")
    for name in ["model", "thesis"] {
      try FileManager.default.createDirectory(
        atPath: path(name), withIntermediateDirectories: false)
    }
    try write("{}", to: "model/model.json")
    XCTAssertEqual(mkfifo(path("pipe"), 0o600), 0)
  }

  /// Names, kinds and sizes of all that is there; a pipe cannot be read.
  private func listing() throws -> [String: String] {
    var listing: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
      let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
      listing[name] = "\(attributes[.type] ?? "") \(attributes[.size] ?? "")"
    }
    return listing
  }

  private func assertRefused(
    _ arguments: [String], _ sentence: String, ranks: [Int?] = [nil, 2], prelude: String? = nil,
    file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let before = try listing()
    for count in ranks {
      let outcome = try StratumProgram.run(arguments, ranks: count, seconds: 30, prelude: prelude)
      let name = "\(arguments) on \(count ?? 1) ranks"
      // The MPI library may have its own lines for a write that failed.
      let sentences = outcome.sentences.filter { $0.hasPrefix("stratum") }
      XCTAssertEqual(sentences, ["stratum: " + sentence], name, file: file, line: line)
      XCTAssertEqual(outcome.status, 1, name, file: file, line: line)
      XCTAssertLessThan(outcome.seconds, 15, name, file: file, line: line)
    }
    XCTAssertEqual(try listing(), before, "\(arguments) changed files", file: file, line: line)
  }

  // MARK: - train

  func testModelsThatCannotBeWritten() throws {
    let lost = path("absent/model")
    func train(_ output: String, _ options: String...) -> [String] {
      ["train", path("absent.tsv"), "--output", output] + options
    }
    try assertRefused(train(lost), "\(lost): cannot be made (No such file or directory)")
    try assertRefused(train(""), "the name of the output is empty: give one")
    try assertRefused(
      train(path("model")),
      "\(path("model")): exists already: name another directory, or replace the model with --force")
    for other in [path("thesis"), ratings] {
      try assertRefused(
        train(other, "--force"), "\(other): exists and is not a model: name another directory")
    }
  }

  func testLogsThatCannotBeWritten() throws {
    func train(_ log: String) -> [String] {
      ["train", ratings, "--output", path("model"), "--force", "--log", log]
    }
    let logs = [
      (path("absent/log"), "No such file or directory"), (path("thesis"), "Is a directory"),
      (path("good.tsv/log"), "Not a directory"),
    ]
    for (log, reason) in logs {
      try assertRefused(
        train(log),
        "\(log): the training log cannot be written (\(reason)): name another with --log")
    }
    let twice = path("thesis/../good.tsv")
    try assertRefused(
      train(twice), "\(twice): the training log would replace the ratings: name another with --log")
    let within = path("model/log")
    try assertRefused(
      train(within),
      "\(within): the training log would be lost within the model: name another with --log")
  }

  // MARK: - generate

  func testGeneratedFilesThatCannotBeWritten() throws {
    func generate(_ output: String, _ options: String...) -> [String] {
      ["generate", Self.matrix, "--output", output] + options
    }
    let lost = path("absent/ratings.tsv")
    try assertRefused(generate(lost), "\(lost): cannot be written (No such file or directory)")
    try assertRefused(generate(""), "the name of the output is empty: give one")
    try assertRefused(
      generate(ratings),
      "\(ratings): exists already: name another file, or replace it with --force")
    try assertRefused(
      generate(path("thesis"), "--force"), "\(path("thesis")): is a directory: name a file to write"
    )
    for other in [path("pipe"), "/dev/null"] {
      try assertRefused(
        generate(other, "--force"),
        "\(other): is not a file, so parts of it cannot be written: name a file")
    }
  }

  func testMatricesThatCannotBeGenerated() throws {
    try assertRefused(
      ["generate", "gaussian:rows=0", "--output", path("new.tsv")],
      "a synthetic matrix has from 1 to 4294967294 rows and columns, not 0 and 10000")
  }

  func testGeneratingReplacesAFileAndNothingElse() throws {
    try write("precious", to: "new.tsv.partial")
    try write("old", to: "new.tsv")
    let outcome = try StratumProgram.run(
      ["generate", Self.matrix, "--output", path("new.tsv"), "--force"], ranks: 3)
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(outcome.lines.count, 1)
    let text = try String(contentsOfFile: path("new.tsv"), encoding: .utf8)
    XCTAssertEqual(text.split(separator: "\n").count, 20000)
    XCTAssertEqual(
      try listing().keys.sorted(),
      ["good.tsv", "model", "model/model.json", "new.tsv", "new.tsv.partial", "pipe", "thesis"])
  }

  // MARK: - File systems

  /// One rank is in another directory, as with a file system of its own.
  func testAnOutputThatNotAllRanksSee() throws {
    for command in [["train", ratings], ["generate", Self.matrix]] {
      try assertRefused(
        command + ["--output", "new"],
        "new: rank 1 cannot write there, though rank 0 can: name an output on a file system that all"
          + " ranks see",
        ranks: [3], prelude: "if [ $RANK = 1 ]; then cd /; else cd '\(directory)'; fi")
    }
  }

  /// A limit on the size of files stands for a full disk.
  func testADiskThatIsFull() throws {
    for command in [
      ["train", ratings, "--factors", "1024", "--epochs", "1", "--quiet", "--log", "/dev/null"],
      ["generate", Self.matrix],
    ] {
      let outcome = try StratumProgram.run(
        command + ["--output", path("new")], ranks: 2, seconds: 30,
        prelude: "if [ $RANK = 1 ]; then trap '' XFSZ; ulimit -f 200; fi")
      let sentences = outcome.sentences.filter { $0.hasPrefix("stratum") }
      XCTAssertEqual(sentences.count, 1, outcome.errors)
      XCTAssertTrue(
        sentences[0].hasPrefix(
          "stratum: \(path("new")): cannot be written: the disk may be full, or a quota used up ("),
        sentences[0])
      XCTAssertEqual(outcome.status, 1)
      XCTAssertEqual(
        try listing().keys.sorted(), ["good.tsv", "model", "model/model.json", "pipe", "thesis"])
    }
  }
}
