import Foundation
import XCTest

/// A rank that dies in the middle of training takes the job down and damages nothing.
final class KilledRankLaunchTests: LaunchTestCase {
  func testAKilledRankEndsTheJobAndLeavesTheOldModel() throws {
    let ratings = try write(skewedRatings(rows: 300, columns: 80, count: 6000), to: "ratings.tsv")
    try train(ratings, ["--factors", "8", "--epochs", "1", "--log", path("log")])
    let before = try contents()

    for victim in [0, 2] {
      let process = StratumProgram.process(
        [
          "train", ratings, "--output", path("model"), "--force", "--factors", "8",
          "--epochs", "10000000", "--step", "constant", "--initial-step", "0.001",
          "--log", path("log"),
        ], ranks: 3, seconds: 120)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      defer { if process.isRunning { process.terminate() } }
      // The first run's log has two lines.
      try wait(60, "no epoch was logged") { self.lineCount("log") >= 5 }

      let ranks = ProcessTable.descendants(of: process.processIdentifier, named: "stratum")
      XCTAssertEqual(ranks.count, 3)
      let dying = try XCTUnwrap(
        ranks.first { ProcessTable.rank(of: $0) == victim }, "there is no rank \(victim)")
      XCTAssertEqual(kill(dying, SIGKILL), 0)
      try wait(10, "the job outlived its rank \(victim)") { !process.isRunning }
      XCTAssertNotEqual(process.terminationStatus, 0)
      try wait(2, "ranks outlived the job") { ranks.allSatisfy { !ProcessTable.isRunning($0) } }

      XCTAssertNoThrow(try log("log"), "half a line in the log")
      // What is left beside the files of before is the log of the run that was killed.
      try FileManager.default.removeItem(atPath: path("log"))
      try FileManager.default.moveItem(atPath: path("log.previous"), toPath: path("log"))
      XCTAssertEqual(try contents(), before)
    }
  }
}
