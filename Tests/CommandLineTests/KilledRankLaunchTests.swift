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

  private func lineCount(_ name: String) -> Int {
    FileManager.default.contents(atPath: path(name))?.count { $0 == UInt8(ascii: "\n") } ?? 0
  }

  /// Waits until something holds, and fails the test where that takes too long.
  private func wait(_ seconds: Double, _ complaint: String, until holds: () -> Bool) throws {
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
}

/// The processes of this machine, as `/proc` shows them.
private enum ProcessTable {
  /// The processes with a name below another one.
  static func descendants(of ancestor: Int32, named name: String) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let parents = Dictionary(
      uniqueKeysWithValues: all.compactMap { Int32($0) }.compactMap { process in
        status(process).map { (process, $0) }
      })
    func descends(_ process: Int32) -> Bool {
      guard let parent = parents[process]?.parent else { return false }
      return parent == ancestor || descends(parent)
    }
    return parents.filter { $0.value.name == name && descends($0.key) }.keys.sorted()
  }

  /// The rank that the launcher gave to a process.
  static func rank(of process: Int32) -> Int? {
    // Files of /proc have no size, so they are read to their end.
    guard let file = FileHandle(forReadingAtPath: "/proc/\(process)/environ"),
      let bytes = try? file.readToEnd()
    else { return nil }
    for variable in bytes.split(separator: 0).map({ String(decoding: $0, as: UTF8.self) }) {
      let parts = variable.split(separator: "=", maxSplits: 1)
      if ["OMPI_COMM_WORLD_RANK", "PMI_RANK"].contains(parts.first), parts.count == 2 {
        return Int(parts[1])
      }
    }
    return nil
  }

  /// Whether a process exists and is not merely waiting for its parent to notice its end.
  static func isRunning(_ process: Int32) -> Bool {
    status(process).map { $0.state != "Z" } ?? false
  }

  private static func status(
    _ process: Int32
  ) -> (name: String, state: Substring, parent: Int32)? {
    guard let file = FileHandle(forReadingAtPath: "/proc/\(process)/stat"),
      let bytes = try? file.readToEnd()
    else { return nil }
    // "17 (name) S 1 …"; the name may hold spaces and brackets.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
      return nil
    }
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
    return (String(text[text.index(after: open)..<close]), fields[0], parent)
  }
}
