import Foundation
import XCTest

/// `plan` and `trace` as a user calls them.
final class PlanningCommandTests: LaunchTestCase {
  private func assertRefused(
    _ arguments: [String], _ sentence: String, file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let outcome = try StratumProgram.run(arguments)
    XCTAssertEqual(outcome.sentences, ["stratum: " + sentence], file: file, line: line)
    XCTAssertEqual(outcome.output, "", file: file, line: line)
    XCTAssertNotEqual(outcome.status, 0, file: file, line: line)
  }

  /// The page shows what the program prints.
  func testThePlanInTheDocumentation() throws {
    let page = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Docs/command-line.md"), encoding: .utf8)
    let command = "plan netflix --network 10gbit --nodes 16 --cores 16 --rate 60"
    XCTAssert(page.contains("    stratum \(command)\n"))
    let outcome = try StratumProgram.run(command.split(separator: " ").map(String.init))
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertGreaterThan(outcome.lines.count, 8)
    for line in outcome.lines { XCTAssert(page.contains("    \(line)\n"), line) }
  }

  func testNodesWithTooLittleMemoryAreMarkedAndNotRecommended() throws {
    let options = ["--nodes", "4", "--cores", "2", "--rate", "60"]
    let some = try StratumProgram.run(["plan", "netflix", "--memory", "0.5"] + options)
    XCTAssertEqual(some.lines.map { $0.hasSuffix("too much") }.filter(\.self).count, 2)
    XCTAssert(some.output.contains("recommended: 4 ranks × 2 threads, --blocks 16"), some.output)
    let none = try StratumProgram.run(["plan", "netflix", "--memory", "0.01"] + options)
    XCTAssertNotEqual(none.status, 0)
    XCTAssert(
      none.errors.hasPrefix("stratum: each node needs at least 0.0558 GiB, however many there are"),
      none.errors)
    let more = try StratumProgram.run(["plan", "netflix", "--memory", "0.2"] + options)
    XCTAssertNotEqual(more.status, 0)
    XCTAssertEqual(
      more.errors, "stratum: no number of nodes up to 4 has the memory: give --nodes 16\n")
  }

  func testMemoryCanAskForMoreNodesThanTimeDoes() throws {
    let outcome = try StratumProgram.run(
      "plan", "netflix", "--memory", "0.5", "--nodes", "8", "--cores", "32", "--rate", "60",
      "--network", "1gbit")
    XCTAssert(
      outcome.output.contains("GiB a node (the fewest with enough memory)\n"), outcome.output)
  }

  func testNetworksByTheirRate() throws {
    for (network, shown) in [
      ("10Gbit", "20.0 µs and 1170 MB/s"), ("25gbit", "20.0 µs and 2925 MB/s"),
      ("500mbit", "50.0 µs and 58.5 MB/s"),
    ] {
      let outcome = try StratumProgram.run("plan", "netflix", "--rate", "60", "--network", network)
      XCTAssert(outcome.output.contains(shown), outcome.output)
    }
  }

  func testWhatCannotBePlanned() throws {
    try assertRefused(
      ["plan", "flix", "--rate", "60"],
      "“flix” should read ROWSxCOLUMNSxRATINGS, such as 480189x17770x100480507, or be one of "
        + "netflix, yahoo, hugewiki, paper")
    try assertRefused(
      ["plan", "netflix", "--rate", "60", "--network", "fast"],
      "there is no network “fast”: give its rate, such as 10gbit or 500mbit, "
        + "or --latency and --bandwidth")
    try assertRefused(
      ["plan", "netflix", "--memory", "64GB"],
      "The value '64GB' is invalid for '--memory <GiB>'. See 'stratum help plan'.")
    try assertRefused(
      ["plan", "netflix", "--nodes", "65536"],
      "--nodes must be from 1 to 65535. See 'stratum help plan'.")
  }

  func testATraceIsOfAsManyRanksAsWasSaid() throws {
    let outcome = try StratumProgram.run(
      "trace", "--shape", "1000x300x20000", "--ranks", "5", "--rate", "60", "--output",
      path("trace"))
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    let files = try FileManager.default.contentsOfDirectory(atPath: path("trace"))
    XCTAssertEqual(
      Set(files), Set((0..<5).map { "rank-\($0).txt" } + ["trace.txt", "replay.sh"]),
      outcome.output)
  }

  func testATraceReplacesATraceWithForceAndNothingElse() throws {
    func arguments(ranks: Int, _ output: String) -> [String] {
      ["trace", "--shape", "1000x300x20000", "--rate", "60", "--ranks", "\(ranks)"]
        + ["--output", output]
    }
    let output = path("trace")
    XCTAssertEqual(try StratumProgram.run(arguments(ranks: 3, output)).status, 0)
    try assertRefused(
      arguments(ranks: 2, output),
      "\(output): exists already: name another directory, or replace the trace with --force")
    XCTAssertEqual(try StratumProgram.run(arguments(ranks: 2, output) + ["--force"]).status, 0)
    XCTAssertEqual(
      try FileManager.default.contentsOfDirectory(atPath: output).sorted(),
      ["rank-0.txt", "rank-1.txt", "replay.sh", "trace.txt"])
    let ratings = try write("1\t1\t3\n", to: "ratings.tsv")
    try assertRefused(
      arguments(ranks: 2, ratings) + ["--force"],
      "\(ratings): exists and is not a trace: name another directory")
  }

  func testWhatCannotBeTraced() throws {
    let sentence = "4 ranks need a row each and there are 3: give fewer --ranks"
    try assertRefused(
      ["trace", "--shape", "3x9x20", "--ranks", "4", "--rate", "60"], sentence)
    let ratings = try write("1\t1\t3\n2\t1\t4\n3\t2\t5\n", to: "ratings.tsv")
    try assertRefused(["trace", ratings, "--ranks", "4", "--rate", "60"], sentence)
    try assertRefused(
      ["trace", ratings, "--ranks", "2", "--blocks", "4", "--rate", "60"],
      "4 blocks need a row each and there are 3: give fewer --blocks")
    try assertRefused(
      ["trace", "--rate", "60"],
      "Give one of a file of ratings, --synthetic and --shape. See 'stratum help trace'.")
  }
}
