import Factorization
import Foundation
import XCTest

/// A test that launches `stratum train`, with a directory of its own for the files.
class LaunchTestCase: XCTestCase {
  private(set) var directory = ""

  override func setUpWithError() throws {
    continueAfterFailure = true
    directory =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("stratum-launch-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: false)
  }

  override func tearDownWithError() throws {
    try FileManager.default.removeItem(atPath: directory)
  }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// Writes a file into the directory and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
    return path(name)
  }

  /// Compresses a file of the directory and returns the new one's path.
  func gzip(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "--keep", path]
    try process.run()
    process.waitUntilExit()
    XCTAssertEqual(process.terminationStatus, 0)
    return path + ".gz"
  }

  /// All files below a directory with their bytes, and all directories, by relative path.
  func contents(_ path: String? = nil) throws -> [String: Data] {
    let root = path ?? directory
    var contents: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
      contents[name] = FileManager.default.contents(atPath: "\(root)/\(name)") ?? Data()
    }
    return contents
  }

  /// Trains to `output` in the directory, expects that to go well, and returns the model.
  @discardableResult
  func train(
    _ ratings: String, _ arguments: [String], ranks: Int? = 2, output: String = "model",
    file: StaticString = #filePath, line: UInt = #line
  ) throws -> Model {
    let outcome = try StratumProgram.run(
      ["train", ratings, "--output", path(output)] + arguments, ranks: ranks)
    XCTAssertEqual(outcome.status, 0, outcome.errors, file: file, line: line)
    XCTAssertEqual(outcome.sentences, [], file: file, line: line)
    return try Model(directory: path(output))
  }

  /// What `stratum evaluate` reports.
  func evaluate(_ arguments: String...) throws -> [String: Any] {
    let outcome = try StratumProgram.run(["evaluate"] + arguments + ["--format", "json"])
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    return try XCTUnwrap(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  /// The number of lines of a file that is being written.
  func lineCount(_ name: String) -> Int {
    FileManager.default.contents(atPath: path(name))?.count { $0 == UInt8(ascii: "\n") } ?? 0
  }

  /// Waits until something holds, and fails the test where that takes too long.
  func wait(_ seconds: Double, _ complaint: String, until holds: () -> Bool) throws {
    let start = ContinuousClock.now
    while !holds() {
      guard (ContinuousClock.now - start) / .seconds(1) < seconds else {
        throw TestFailure(description: complaint)
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  private struct TestFailure: Error, CustomStringConvertible {
    let description: String
  }

  /// The lines of a training log.
  func log(_ name: String = "model.log.jsonl") throws -> [[String: Any]] {
    let text = try String(contentsOfFile: path(name), encoding: .utf8)
    XCTAssertTrue(text.hasSuffix("\n"), "the last line of the log is not whole")
    return try text.split(separator: "\n").map { line in
      try XCTUnwrap(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], String(line))
    }
  }
}

/// Lines of row, column and value with skewed counts.
///
/// Squared uniforms crowd into the first rows and columns; some have none, some cells are rated
/// twice. Values are 1, 1.5, … 5.
func skewedRatings(
  rows: Int, columns: Int, count: Int, seed: UInt64 = 11, prefix: String = "",
  separator: String = "\t", lineBreak: String = "\n", isSigned: Bool = false
) -> String {
  var generator = SplitMix64(seed: seed)
  func skewed(_ bound: Int) -> Int {
    let uniform = generator.nextUniform()
    return Int(uniform * uniform * Double(bound))
  }
  return (0..<count).map { _ in
    let row = "\(prefix)\(1 + skewed(rows))"
    let column = "\(prefix)\(1 + skewed(columns))"
    let steps = generator.next(below: 9)
    let value = isSigned ? (steps > 3 ? "1" : "-1") : "\(1 + Double(steps) / 2)"
    return [row, column, value].joined(separator: separator) + lineBreak
  }.joined()
}
