import Foundation
import XCTest

/// What a run leaves in its folder, and what it says of its place.
final class RunFolderLaunchTests: LaunchTestCase {
  private static let options = ["--factors", "4", "--epochs", "2", "--blocks", "6", "--seed", "3"]

  func testTheFolderHasModelLogAndManifest() throws {
    let ratings = try write(skewedRatings(rows: 60, columns: 30, count: 900), to: "ratings.tsv")
    let outcome = try StratumProgram.run(
      ["train", ratings, "--run-folder", path("run"), "--threads", "2"] + Self.options, ranks: 3,
      environment: ["SLURM_JOB_ID": "17", "SLURM_RESTART_COUNT": "1"])
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(
      try FileManager.default.contentsOfDirectory(atPath: path("run")).sorted(),
      ["log.jsonl", "manifest.json", "model"])
    XCTAssertEqual(try log("run/log.jsonl").count, 3)
    try train(ratings, Self.options, output: "alone")
    XCTAssertEqual(try contents(path("run/model")), try contents(path("alone")))

    let manifest = try self.manifest("run")
    XCTAssertEqual(manifest["ranks"] as? Int, 3)
    XCTAssertEqual((manifest["options"] as? [String: Any])?["seed"] as? String, "3")
    XCTAssertEqual(
      manifest["job"] as? [String: String], ["SLURM_JOB_ID": "17", "SLURM_RESTART_COUNT": "1"])
    let hosts = try XCTUnwrap(manifest["hosts"] as? [[String: Any]])
    XCTAssertEqual(hosts.count, 1)
    let ranks = try XCTUnwrap(hosts[0]["ranks"] as? [[String: Any]])
    XCTAssertEqual(ranks.map { $0["threads"] as? Int }, [2, 2, 2])
    let data = try XCTUnwrap(manifest["ratings"] as? [String: Any])
    XCTAssertEqual(data["path"] as? String, ratings)
    XCTAssertEqual(data["bytes"] as? Int, try Data(contentsOf: URL(fileURLWithPath: ratings)).count)
    XCTAssertTrue(manifest["synthetic"] is NSNull)
    // `make` told the compiler the same.
    if let commit = ProcessInfo.processInfo.environment["STRATUM_COMMIT"] {
      XCTAssertEqual(manifest["commit"] as? String, commit)
      XCTAssertEqual(
        manifest["buildOptions"] as? String,
        ProcessInfo.processInfo.environment["STRATUM_BUILD_OPTIONS"])
    }
  }

  func testTheChecksumOfTheDataIsThatOfGzip() throws {
    let ratings = try write(skewedRatings(rows: 20, columns: 20, count: 300), to: "ratings.tsv")
    // gzip ends with the checksum and the length of what it holds, little-endian.
    let trailer = try Data(contentsOf: URL(fileURLWithPath: gzip(ratings))).suffix(8)
    let expected = trailer.prefix(4).reversed().map { String(format: "%02x", $0) }.joined()
    for ranks in [nil, 2, 3] as [Int?] {
      let outcome = try StratumProgram.run(
        ["train", ratings, "--run-folder", path("run"), "--force", "--quiet"] + Self.options,
        ranks: ranks)
      XCTAssertEqual(outcome.status, 0, outcome.errors)
      let data = try manifest("run")["ratings"] as? [String: Any]
      XCTAssertEqual(data?["crc32"] as? String, expected)
    }
  }

  func testAFolderThatCannotBeIsRefusedBeforeAnythingIsRead() throws {
    let file = try write("x", to: "file")
    let outcome = try StratumProgram.run(
      ["train", path("none"), "--run-folder", file], ranks: 2)
    XCTAssertEqual(outcome.status, 1)
    XCTAssertEqual(
      outcome.sentences, ["stratum: \(file): is not a directory: name another"])
  }

  func testSomeOutputMustBeNamed() throws {
    let outcome = try StratumProgram.run("train", path("none"))
    XCTAssertEqual(outcome.status, 64)
    XCTAssertTrue(outcome.errors.contains("Give --output, or --run-folder."), outcome.errors)
  }

  func testTheRunTellsWhereItIs() throws {
    let many = 2 * ProcessInfo.processInfo.processorCount
    let crowded = try StratumProgram.run(
      [
        "train", "--synthetic", "gaussian:rows=50,columns=40,ratings=500,factors=2", "--output",
        path("model"), "--threads", "\(many)",
      ] + Self.options, ranks: 3)
    XCTAssertEqual(crowded.status, 0, crowded.errors)
    let header = try XCTUnwrap(crowded.lines.firstIndex { $0.hasPrefix("hosts ") })
    let columns = crowded.lines[header + 1].split(separator: " ")
    XCTAssertEqual(columns[1...2], ["3", "\(many)"])
    XCTAssertEqual(crowded.lines.filter { $0.contains("hold each other up") }.count, 1)
  }

  private func manifest(_ folder: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path("\(folder)/manifest.json")))
    return try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}
