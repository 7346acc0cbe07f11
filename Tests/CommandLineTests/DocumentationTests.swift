import Foundation
import XCTest

/// The pages in Docs agree with the program and with the source.
final class DocumentationTests: XCTestCase {
  private static let commands = [
    "generate", "import", "train", "evaluate", "predict", "recommend", "plan", "trace",
  ]
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  func testEveryOptionIsDescribedInItsCommandsSection() throws {
    let page = try Self.page("Docs/command-line.md")
    for command in Self.commands {
      let section = try XCTUnwrap(Self.section("## `stratum \(command)`", of: page), command)
      let options = try Self.help(of: command)
      XCTAssertGreaterThan(options.count, 2, command)
      for option in options where !["--help", "--version"].contains(option.name) {
        XCTAssert(section.contains("`\(option.name)`"), "\(command) \(option.name)")
      }
    }
  }

  func testNoOptionIsDescribedThatDoesNotExist() throws {
    let known = Set(try Self.commands.flatMap { try Self.help(of: $0).map(\.name) })
    let rows = try Self.page("Docs/command-line.md").split(separator: "\n")
      .filter { $0.hasPrefix("| `-") }
    let described = rows.flatMap { Self.names(in: Self.cells(of: $0)[0]) }
    XCTAssertGreaterThan(described.count, 20)
    for name in described { XCTAssert(known.contains(name), name) }
  }

  func testEveryDefaultIsTheProgramsOwn() throws {
    let page = try Self.page("Docs/command-line.md")
    var compared = 0
    for command in Self.commands {
      let section = try XCTUnwrap(Self.section("## `stratum \(command)`", of: page), command)
      let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `-") }.map(Self.cells)
      for option in try Self.help(of: command) {
        guard let row = rows.first(where: { Self.names(in: $0[0]).contains(option.name) }),
          let standard = option.standard, !standard.contains(" ")
        else { continue }
        let described = row[1].replacingOccurrences(of: "`", with: "")
        if let number = Double(standard) {
          // The program holds some numbers in single precision.
          XCTAssertEqual(
            try XCTUnwrap(Double(described), "\(command) \(option.name)"), number, accuracy: 1e-6,
            "\(command) \(option.name)")
        } else {
          XCTAssertEqual(described, standard, "\(command) \(option.name)")
        }
        compared += 1
      }
    }
    XCTAssertGreaterThan(compared, 15)
  }

  func testEverySourceFileIsInTheArchitecture() throws {
    let page = try Self.page("Docs/architecture.md")
    let sources = Self.root.appendingPathComponent("Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { [".swift", ".c", ".h"].contains(where: $0.hasSuffix) }
    XCTAssertGreaterThan(files.count, 100)
    for file in files {
      let name = (file as NSString).lastPathComponent
      XCTAssert(page.contains("`\(name)`") || page.contains("/\(name)`"), file)
    }
  }

  func testEveryLinkLeadsSomewhere() throws {
    let pages =
      try FileManager.default
      .contentsOfDirectory(atPath: Self.root.appendingPathComponent("Docs").path)
      .filter { $0.hasSuffix(".md") }.map { "Docs/\($0)" } + ["README.md", "jobscripts/README.md"]
    for page in pages {
      let text = try Self.page(page)
      for match in text.matches(of: /\]\(([^)\s]+)\)/) {
        let link = String(match.1)
        if link.contains("://") { continue }
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let directory = (page as NSString).deletingLastPathComponent
        let target = parts[0].isEmpty ? page : "\(directory)/\(parts[0])"
        let path = Self.root.appendingPathComponent(target).path
        XCTAssert(FileManager.default.fileExists(atPath: path), "\(page): \(link)")
        guard parts.count == 2, target.hasSuffix(".md"), let text = try? Self.page(target) else {
          continue
        }
        XCTAssert(Self.anchors(of: text).contains(String(parts[1])), "\(page): \(link)")
      }
    }
  }

  // MARK: Pages

  private static func page(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The text between a heading and the next of its level.
  private static func section(_ heading: String, of page: String) -> String? {
    guard let start = page.range(of: heading + "\n") else { return nil }
    let rest = page[start.upperBound...]
    return String(rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)])
  }

  private static func cells(of row: Substring) -> [String] {
    row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static func names(in text: String) -> [String] {
    text.matches(of: /--[a-z][a-z0-9-]*/).map { String($0.0) }
  }

  /// The anchors that a page's headings get: lower case, blanks as hyphens, other signs left out.
  private static func anchors(of page: String) -> Set<String> {
    let headings = page.split(separator: "\n").filter { $0.hasPrefix("#") }
    return Set(
      headings.map { heading in
        let text = heading.drop { $0 == "#" || $0 == " " }.lowercased()
        return String(text.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" })
          .replacingOccurrences(of: " ", with: "-")
      })
  }

  // MARK: The program's help

  /// An option as `--help` lists it, and its default where it has one.
  private struct Option {
    var name: String
    var standard: String?
  }

  private static func help(of command: String) throws -> [Option] {
    let outcome = try StratumProgram.run(command, "--help")
    XCTAssertEqual(outcome.status, 0)
    var entries: [String] = []
    for line in outcome.lines {
      if line.hasPrefix("  -") {
        entries.append(line.trimmingCharacters(in: .whitespaces))
      } else if line.hasPrefix("      "), let last = entries.popLast() {
        entries.append(last + " " + line.trimmingCharacters(in: .whitespaces))
      }
    }
    return entries.flatMap { entry -> [Option] in
      let standard = entry.firstMatch(of: /default: ([^)]*)\)/).map { String($0.1) }
      let declaration = entry.prefix { !$0.isUppercase }
      return names(in: String(declaration)).map { Option(name: $0, standard: standard) }
    }
  }
}
