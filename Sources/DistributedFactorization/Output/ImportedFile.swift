import Factorization
import MPI

/// A file of ratings that needs no parsing and no counting, which all ranks write together.
///
/// The file gets its name when it is whole.
public struct ImportedFile {
  private let path: String
  private let replacesFile: Bool

  /// What is known of the bytes that one rank wrote of one section.
  private struct Piece: TrivialDatatype {
    var section: Int
    var bytes: Int
    var checksum: UInt32
  }

  /// Names the file.
  public init(path: String, replacesFile: Bool) {
    self.path = path
    self.replacesFile = replacesFile
  }

  /// Finds out whether the file can be written, without leaving anything.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where it cannot.
  public func check(_ communicator: borrowing Communicator) throws {
    var pending: PendingFile?
    _ = try communicator.beginShared(path, replacesFile: replacesFile, pending: &pending)
  }

  /// Writes the training ratings, and all that is known of their rows and columns.
  ///
  /// Collective.
  ///
  /// Each rank writes its ratings behind those of the ranks before; rank 0 writes the rest.
  ///
  /// - Returns: the number of all ratings.
  /// - Throws: `InputFailure` on all ranks where the file exists or cannot be written.
  @discardableResult
  public func write(
    _ ratings: borrowing IndexedRatings, _ communicator: borrowing Communicator
  ) throws -> Int {
    let (rows, columns) = (ratings.rowIdentifiers, ratings.columnIdentifiers)
    let local = ratings.training.degrees(rows: rows.count, columns: columns.count)
    let degrees = (
      rows: try communicator.allReduce(local.rows, .sum),
      columns: try communicator.allReduce(local.columns, .sum)
    )
    let count = try communicator.allReduce(ratings.training.count, .sum)
    let first = try communicator.exclusiveScan(ratings.training.count, .sum, onRankZero: 0)
    let header = ImportedHeader(rows: rows, columns: columns, ratings: count)

    var pending: PendingFile?
    let partial = try communicator.beginShared(
      path, replacesFile: replacesFile, pending: &pending)
    var file = try SharedFile(partial, named: path, communicator)
    var pieces: [Piece] = []
    if communicator.rank == 0 {
      file.write(header.bytes.span, at: 0)
      let parts: [(ImportedHeader.Part, [UInt8])] = [
        (.rowIdentifiers, rows.importedBytes), (.columnIdentifiers, columns.importedBytes),
        (.rowDegrees, degrees.rows.withUnsafeBytes { Array($0) }),
        (.columnDegrees, degrees.columns.withUnsafeBytes { Array($0) }),
      ]
      for (part, bytes) in parts { pieces += Self.write(bytes, part, header, to: &file) }
    }
    pieces += Self.write(ratings.training, from: first, header, to: &file)
    let all = try communicator.allGatherVarying(pieces).values
    if communicator.rank == 0 {
      var checksums = [UInt32](repeating: 0, count: header.sectionCount)
      for piece in all {
        checksums[piece.section] = checksum(
          checksums[piece.section], then: piece.checksum, ofBytes: piece.bytes)
      }
      file.write(checksums.span, at: ImportedHeader.byteCount)
    }
    try file.finish(communicator)
    try communicator.agree { () throws(InputError) in try pending.take()?.commit() }
    return count
  }

  /// Writes a part as a whole.
  private static func write(
    _ bytes: [UInt8], _ part: ImportedHeader.Part, _ header: ImportedHeader,
    to file: inout SharedFile
  ) -> [Piece] {
    file.write(bytes.span, at: header.offset(of: part))
    return (0..<header.sectionCount(of: part)).map { section in
      let start = section * ImportedHeader.sectionBytes
      let own = bytes[start..<min(start + ImportedHeader.sectionBytes, bytes.count)]
      return Piece(
        section: header.firstSection(of: part) + section, bytes: own.count,
        checksum: checksum(own))
    }
  }

  /// Writes ratings from a place among all on.
  private static func write(
    _ ratings: RatingList, from first: Int, _ header: ImportedHeader, to file: inout SharedFile
  ) -> [Piece] {
    let stride = MemoryLayout<Rating>.stride
    var pieces: [Piece] = []
    var place = first
    ratings.forEachChunk { chunk in
      var rest = chunk[...]
      while !rest.isEmpty {
        let section = place / ImportedHeader.ratingsPerSection
        let own = Array(rest.prefix((section + 1) * ImportedHeader.ratingsPerSection - place))
        file.write(own.span, at: header.offset(of: .ratings) + place * stride)
        pieces.append(
          Piece(
            section: header.firstSection(of: .ratings) + section, bytes: own.count * stride,
            checksum: own.withUnsafeBytes { checksum($0) }))
        place += own.count
        rest = rest.dropFirst(own.count)
      }
    }
    return pieces
  }
}
