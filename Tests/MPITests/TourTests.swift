import Foundation
import XCTest

/// Docs/mpi-tour.md shows what Sources/mpi-tour has, and what it prints.
final class TourTests: XCTestCase {
  private func sources() throws -> [(name: String, text: String)] {
    let folder = Package.root.appendingPathComponent("Sources/mpi-tour")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0 != "main.swift" && $0.hasSuffix(".swift") }.sorted()
      .map { ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)) }
  }

  /// The page's code blocks that are marked so.
  private func blocks(_ mark: String) throws -> [String] {
    let page = try String(
      contentsOf: Package.root.appendingPathComponent("Docs/mpi-tour.md"), encoding: .utf8)
    return page.components(separatedBy: "```\(mark)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  func testThePageShowsTheSourcesAsTheyAre() throws {
    let sources = try sources()
    XCTAssertGreaterThanOrEqual(sources.count, 10)
    XCTAssertEqual(try blocks("swift"), sources.map(\.text))
    for (index, source) in sources.enumerated() {
      XCTAssertTrue(source.name.hasPrefix(String(format: "%02d-", index + 1)), source.name)
    }
  }

  func testEveryExamplePrintsWhatThePageSays() throws {
    let outputs = try blocks("text")
    XCTAssertEqual(outputs.count, try sources().count)
    for (index, output) in outputs.enumerated() {
      let job = try Package.run("mpi-tour", ["\(index + 1)"], ranks: 4)
      XCTAssertEqual(job.status, 0, job.standardError)
      XCTAssertEqual(job.standardOutput, output, "example \(index + 1)")
    }
  }

  func testWithoutANumberTheExamplesAreListed() throws {
    let job = try Package.run("mpi-tour", ranks: 2)
    XCTAssertEqual(job.standardOutput.split(separator: "\n").count, try sources().count)
    XCTAssertEqual(job.status, 0, job.standardError)
  }

  func testANumberThatNoExampleHasIsRefusedInOneSentence() throws {
    let job = try Package.run("mpi-tour", ["99"], ranks: 2)
    XCTAssertEqual(job.errorLines(containing: "usage:").count, 1, job.standardError)
    XCTAssertEqual(job.status, 2)
  }
}
