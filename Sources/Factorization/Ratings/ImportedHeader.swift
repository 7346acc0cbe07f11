/// The start of a file that `stratum import` writes, and where everything else in it is.
///
/// Behind the header come the checksums of all sections, 4 bytes each, then the sections: those of the row
/// identifiers, the column identifiers, the row degrees, the column degrees and the ratings. Numbers
/// are little-endian, as in the memory of every machine that Stratum builds for.
package struct ImportedHeader: Equatable {
  /// What a file consists of, in this order.
  package enum Part: Int, CaseIterable, Sendable {
    case rowIdentifiers, columnIdentifiers, rowDegrees, columnDegrees, ratings
  }

  /// How row identifiers are stored.
  package var rowKind: IdentifierKind
  /// How column identifiers are stored.
  package var columnKind: IdentifierKind
  /// The numbers of rows, columns and ratings, and of the bytes of both sides' identifiers.
  package var rows, columns, ratings, rowIdentifierBytes, columnIdentifierBytes: Int

  /// The first bytes of such a file; the first of all is none of text.
  package static let magic: [UInt8] = [0x89] + Array("STRATUM".utf8)
  /// The bytes of a header.
  package static let byteCount = 72
  /// The ratings of a section.
  package static let ratingsPerSection = 1 << 16
  /// The bytes of a section; the last of each part may have fewer.
  package static let sectionBytes = ratingsPerSection * MemoryLayout<Rating>.stride
  private static let version = 1
  // Without the magic number and the checksum.
  private static let checkedBytes = 64

  /// Describes a file.
  package init(rows: Identifiers, columns: Identifiers, ratings: Int) {
    (rowKind, columnKind) = (rows.kind, columns.kind)
    (self.rows, self.columns, self.ratings) = (rows.count, columns.count, ratings)
    rowIdentifierBytes = rows.importedByteCount
    columnIdentifierBytes = columns.importedByteCount
  }

  /// Reads a header.
  ///
  /// - Throws: `InputError` where it is damaged, or of a version that this program does not know.
  init(_ bytes: [UInt8], path: String) throws(InputError) {
    guard bytes.count == Self.byteCount else { throw Self.tooShort(path) }
    let version = UInt32(littleEndian: bytes, at: 8)
    guard version == Self.version else {
      throw InputError(
        "these imported ratings have format \(version), and this program knows format \(Self.version):"
          + " import the ratings again", file: path)
    }
    let kinds = (UInt32(littleEndian: bytes, at: 16), UInt32(littleEndian: bytes, at: 20))
    let counts = stride(from: 24, to: 64, by: 8).map { UInt64(littleEndian: bytes, at: $0) }
    guard
      UInt32(littleEndian: bytes, at: Self.checkedBytes) == checksum(bytes[..<Self.checkedBytes]),
      UInt32(littleEndian: bytes, at: 12) == Self.sectionBytes, kinds.0 <= 1, kinds.1 <= 1,
      counts.allSatisfy({ $0 <= 1 << 48 })
    else { throw Self.damaged(path) }
    rowKind = kinds.0 == 0 ? .integers : .strings
    columnKind = kinds.1 == 0 ? .integers : .strings
    (rows, columns, ratings) = (Int(counts[0]), Int(counts[1]), Int(counts[2]))
    (rowIdentifierBytes, columnIdentifierBytes) = (Int(counts[3]), Int(counts[4]))
  }

  /// The header as it is stored.
  package var bytes: [UInt8] {
    var bytes = Self.magic
    for number in [
      Self.version, Self.sectionBytes, rowKind == .integers ? 0 : 1,
      columnKind == .integers ? 0 : 1,
    ] { bytes += UInt32(number).littleEndianBytes }
    for count in [rows, columns, ratings, rowIdentifierBytes, columnIdentifierBytes] {
      bytes += UInt64(count).littleEndianBytes
    }
    return bytes + checksum(bytes).littleEndianBytes + UInt32(0).littleEndianBytes
  }

  /// The bytes of a part.
  package func byteCount(of part: Part) -> Int {
    switch part {
    case .rowIdentifiers: rowIdentifierBytes
    case .columnIdentifiers: columnIdentifierBytes
    case .rowDegrees: rows * MemoryLayout<Int32>.stride
    case .columnDegrees: columns * MemoryLayout<Int32>.stride
    case .ratings: ratings * MemoryLayout<Rating>.stride
    }
  }

  /// The number of sections of a part.
  package func sectionCount(of part: Part) -> Int {
    (byteCount(of: part) + Self.sectionBytes - 1) / Self.sectionBytes
  }

  /// The number of a part's first section among all.
  package func firstSection(of part: Part) -> Int {
    Part.allCases.prefix(part.rawValue).reduce(0) { $0 + sectionCount(of: $1) }
  }

  /// The number of all sections.
  package var sectionCount: Int { Part.allCases.reduce(0) { $0 + sectionCount(of: $1) } }

  /// Where a part starts, in bytes from the start of the file.
  package func offset(of part: Part) -> Int {
    Part.allCases.prefix(part.rawValue).reduce(Self.byteCount + 4 * sectionCount) {
      $0 + byteCount(of: $1)
    }
  }

  /// The size of the whole file.
  var fileBytes: Int { offset(of: .ratings) + byteCount(of: .ratings) }

  static func damaged(_ path: String) -> InputError {
    InputError("the imported ratings are damaged: copy them or import them again", file: path)
  }

  static func tooShort(_ path: String) -> InputError {
    InputError(
      "the imported ratings end too early: the file is truncated; copy it or import it again",
      file: path)
  }
}

extension Identifiers {
  fileprivate var importedByteCount: Int {
    switch self {
    case .integers(let values): values.count * MemoryLayout<Int64>.stride
    case .strings(let values): values.reduce(0) { $0 + $1.utf8.count + 1 }
    }
  }

  /// The identifiers as an imported file stores them: integers of 8 bytes, or texts with a newline behind
  /// each, which none can hold.
  package var importedBytes: [UInt8] {
    switch self {
    case .integers(let values): return values.withUnsafeBytes { Array($0) }
    case .strings(let values):
      var bytes: [UInt8] = []
      bytes.reserveCapacity(importedByteCount)
      for text in values {
        bytes += text.utf8
        bytes.append(UInt8(ascii: "\n"))
      }
      return bytes
    }
  }
}
