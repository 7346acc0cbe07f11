import Factorization
import MPI

/// Where ratings come from.
public enum RatingSource: Sendable {
  /// A file of text, MatrixMarket, or gzip of these.
  case file(path: String, format: RatingFormat)
  /// A matrix that is made on the spot, each rank its part; identifiers count from 1.
  case synthetic(SyntheticMatrix)

  /// Reads or makes this rank's share of the ratings.
  ///
  /// Collective.
  ///
  /// The kinds of identifiers are the same on all ranks: integers where all of the file's are.
  ///
  /// - Throws: `InputFailure` on all ranks where the file cannot be used, or `MPIError`.
  func share(
    kinds: (row: IdentifierKind, column: IdentifierKind)? = nil,
    _ communicator: borrowing Communicator
  ) throws -> SourceShare {
    switch self {
    case .file(let path, let format):
      return try Self.share(path: path, format: format, kinds: kinds, communicator)
    case .synthetic(let matrix):
      let (share, own) = RatingShare.generated(matrix, communicator.rank, of: communicator.size)
      var floor = NoiseFloor(unit: own.unit)
      floor.units = try communicator.allReduce(own.units, .sum)
      floor.count = try communicator.allReduce(own.count, .sum)
      return SourceShare(ratings: share, noiseFloor: floor)
    }
  }

  private static func share(
    path: String, format: RatingFormat, kinds: (row: IdentifierKind, column: IdentifierKind)?,
    _ communicator: borrowing Communicator
  ) throws -> SourceShare {
    let (rank, size) = (communicator.rank, communicator.size)
    let file = try communicator.agree { () throws(InputError) in
      try RatingFile(path: path, format: format)
    }
    var row = kinds?.row ?? file.suggestedRowKind
    var column = kinds?.column ?? file.suggestedColumnKind
    while true {
      let share = file.readShare(part: rank, of: size, rowKind: row, columnKind: column)
      let needsRow = try communicator.allReduce(share.needsRowStrings, .logicalOr)
      let needsColumn = try communicator.allReduce(share.needsColumnStrings, .logicalOr)
      if needsRow { row = .strings }
      if needsColumn { column = .strings }
      if needsRow || needsColumn { continue }
      let entries = try communicator.allReduce(share.entryCount, .sum)
      let degrees = try communicator.agree { () throws(InputError) in
        if let error = share.error { throw error }
        try file.checkEntryCount(entries)
        if entries == 0 { throw InputError("there are no ratings in the file", file: path) }
        return try file.degrees()
      }
      return SourceShare(
        ratings: share, declaredShape: file.declaredShape, isIndexed: file.isImported,
        degrees: degrees)
    }
  }
}

/// What a source of ratings gives to a rank.
struct SourceShare {
  /// This rank's share of the ratings.
  var ratings: RatingShare
  /// The numbers of rows and columns that exist whether they have ratings or not, where the source
  /// says so.
  var declaredShape: (rows: Int, columns: Int)?
  /// Whether each rank has all identifiers already, and ratings have dense indices.
  var isIndexed = false
  /// The numbers of all ranks' ratings in each row and column, where the source says them.
  var degrees: (rows: [Int32], columns: [Int32])?
  /// The noise floor of all ranks' ratings, where it is known.
  var noiseFloor: NoiseFloor?
}

extension RatingShare {
  /// The share that reading a file of the matrix would give, rows and columns numbered from 1; and its
  /// noise floor.
  fileprivate static func generated(
    _ matrix: SyntheticMatrix, _ part: Int, of parts: Int
  ) -> (share: RatingShare, noiseFloor: NoiseFloor) {
    var rows = Ordinals(count: matrix.rows)
    var columns = Ordinals(count: matrix.columns)
    var ratings = RatingList()
    let noiseFloor = matrix.generate(part: part, of: parts) { chunk in
      for index in chunk.indices {
        let rating = chunk[index]
        ratings.append(
          Rating(
            row: rows.ordinal(of: rating.row), column: columns.ordinal(of: rating.column),
            value: rating.value))
      }
    }
    let share = RatingShare(
      rowIdentifiers: .integers(rows.identifiers),
      columnIdentifiers: .integers(columns.identifiers),
      ratings: ratings, entryCount: ratings.count)
    return (share, noiseFloor)
  }
}

/// Numbers dense indices in the order in which they are first met.
private struct Ordinals {
  private(set) var identifiers: [Int64] = []
  private var ordinals: [UInt32]
  private static let unmet = UInt32.max

  init(count: Int) { ordinals = Array(repeating: Self.unmet, count: count) }

  mutating func ordinal(of index: UInt32) -> UInt32 {
    if ordinals[Int(index)] == Self.unmet {
      ordinals[Int(index)] = UInt32(identifiers.count)
      identifiers.append(Int64(index) + 1)
    }
    return ordinals[Int(index)]
  }
}
