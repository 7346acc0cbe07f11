import Factorization
import Foundation
import XCTest

/// A rating by its identifiers as text, to compare readings that number them differently.
struct NamedRating: Hashable, Comparable {
  var row: String
  var column: String
  var value: Float

  init(_ row: String, _ column: String, _ value: Float) {
    self.row = row
    self.column = column
    self.value = value
  }

  static func < (left: NamedRating, right: NamedRating) -> Bool {
    (left.row, left.column, left.value) < (right.row, right.column, right.value)
  }
}

/// Writes files of ratings into a folder of its own and reads them back in parts.
class RatingTestCase: XCTestCase {
  private var folder = URL(filePath: "/nonexistent")

  override func setUpWithError() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "ratings-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  override func tearDownWithError() throws {
    try FileManager.default.removeItem(at: folder)
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func write(_ bytes: [UInt8], _ name: String = "ratings.tsv") throws -> String {
    try Data(bytes).write(to: URL(filePath: path(name)))
    return path(name)
  }

  func write(_ text: String, _ name: String = "ratings.tsv") throws -> String {
    try write([UInt8](text.utf8), name)
  }

  func writeCompressed(_ text: String, _ name: String = "ratings.tsv.gz") throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "--stdout", try write(text, name + ".plain")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let compressed = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    XCTAssertEqual(process.terminationStatus, 0)
    return try write([UInt8](compressed), name)
  }

  /// Reads a file in parts and agrees on the identifiers' kinds and the error as a cluster would.
  func read(
    _ path: String, _ format: RatingFormat = RatingFormat(), parts: Int = 1, blockBytes: Int = 64,
    pieceBytes: Int = 16
  ) throws -> [NamedRating] {
    var file = try RatingFile(path: path, format: format)
    file.blockBytes = blockBytes
    file.pieceBytes = pieceBytes
    var (rowKind, columnKind) = (file.suggestedRowKind, file.suggestedColumnKind)
    while true {
      let shares = (0..<parts).map {
        file.readShare(part: $0, of: parts, rowKind: rowKind, columnKind: columnKind)
      }
      let needsRowStrings = shares.contains(where: \.needsRowStrings)
      let needsColumnStrings = shares.contains(where: \.needsColumnStrings)
      if needsRowStrings { rowKind = .strings }
      if needsColumnStrings { columnKind = .strings }
      if needsRowStrings || needsColumnStrings { continue }
      if let error = shares.compactMap(\.error).min(by: { $0.precedes($1) }) { throw error }
      try file.checkEntryCount(shares.map(\.entryCount).reduce(0, +))
      return shares.flatMap(named)
    }
  }

  private func named(_ share: RatingShare) -> [NamedRating] {
    func texts(_ identifiers: LocalIdentifiers) -> [String] {
      switch identifiers {
      case .integers(let values): values.map { String($0) }
      case .strings(let values): values
      }
    }
    let rows = texts(share.rowIdentifiers)
    let columns = texts(share.columnIdentifiers)
    return share.ratings.map { NamedRating(rows[Int($0.row)], columns[Int($0.column)], $0.value) }
  }

  /// Checks that reading fails with this sentence, whatever the number of parts.
  func assertFails(
    _ path: String, _ format: RatingFormat = RatingFormat(), line: Int? = nil, says message: String,
    file: StaticString = #filePath, at testLine: UInt = #line
  ) {
    for parts in [1, 2, 3, 7] {
      XCTAssertThrowsError(
        try read(path, format, parts: parts), "\(parts) parts", file: file, line: testLine
      ) { error in
        XCTAssertEqual(
          error as? InputError, InputError(message, file: path, line: line), "\(parts) parts",
          file: file, line: testLine)
      }
    }
  }
}
