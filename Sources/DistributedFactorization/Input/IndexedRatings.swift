import Factorization
import MPI

/// This rank's share of the ratings, by dense index, in no particular place yet; and all ranks'
/// identifiers.
public struct IndexedRatings: Sendable {
  /// The identifiers of all rows.
  public let rowIdentifiers: Identifiers
  /// The identifiers of all columns.
  public let columnIdentifiers: Identifiers
  /// This rank's training ratings.
  public var training: RatingList
  /// This rank's test ratings, nil where there are none to be.
  public var test: RatingList?
  /// The number of ratings in a test file, over all ranks, whose row or column has no training
  /// rating; they are left out.
  public var unknownTestCount = 0
  /// The numbers of all ranks' training ratings in each row and column, where they are known already.
  let degrees: (rows: [Int32], columns: [Int32])?
  /// The error below which no prediction of all ranks' ratings can come, where it is known.
  public let noiseFloor: NoiseFloor?

  /// Takes ratings that already have dense indices, on each rank another share.
  ///
  /// Does not communicate.
  public init(
    rowIdentifiers: Identifiers, columnIdentifiers: Identifiers, training: RatingList,
    test: RatingList? = nil
  ) {
    self.rowIdentifiers = rowIdentifiers
    self.columnIdentifiers = columnIdentifiers
    self.training = training
    self.test = test
    degrees = nil
    noiseFloor = nil
  }

  /// Reads ratings and gives rows and columns their dense indices.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - source: the ratings.
  ///   - testPath: a file of test ratings in the same format.
  ///   - testFraction: the share of the ratings to hold out; with a test file, 0.
  ///   - seed: decides which ratings are held out.
  ///   - communicator: the ranks that share the ratings.
  /// - Throws: `InputFailure` on all ranks where a file cannot be used or nothing is left to train on,
  ///   or `MPIError`.
  public init(
    _ source: RatingSource, testPath: String?, testFraction: Double, seed: UInt64,
    _ communicator: borrowing Communicator
  ) throws {
    var share = try source.share(communicator)
    noiseFloor = share.noiseFloor
    degrees = testFraction > 0 ? nil : share.degrees
    let rows = try share.rowIdentifiers(communicator)
    let columns = try share.columnIdentifiers(communicator)
    rowIdentifiers = rows
    columnIdentifiers = columns
    training =
      share.isIndexed ? share.ratings.ratings : share.ratings.takeRatings(rows, columns)
    share.ratings.ratings = RatingList()
    if let testPath, case .file(_, let format) = source {
      let kinds = (rows.kind, columns.kind)
      var testShare = try RatingSource.file(path: testPath, format: format)
        .share(kinds: kinds, communicator).ratings
      let count = testShare.ratings.count
      let known = testShare.takeRatings(rows, columns)
      unknownTestCount = try communicator.allReduce(count - known.count, .sum)
      test = known
    } else if testFraction > 0 {
      holdOut(testFraction, seed: seed)
      guard try communicator.allReduce(training.count, .sum) > 0 else {
        throw InputFailure("no ratings are left to train on: give a smaller --test-fraction")
      }
    }
  }

  /// Moves ratings to the test ratings, chosen by a hash of seed, row and column, so that the choice
  /// depends neither on the number of ranks nor on the order of the file.
  private mutating func holdOut(_ fraction: Double, seed: UInt64) {
    let random = CounterRandom(seed: seed, stream: .holdOut)
    var heldOut = RatingList()
    training.replaceEach { rating in
      guard random.uniform(rating.row, rating.column) < fraction else { return rating }
      heldOut.append(rating)
      return nil
    }
    test = heldOut
  }
}

extension SourceShare {
  /// The identifiers of all ranks' rows.
  ///
  /// Collective.
  fileprivate func rowIdentifiers(
    _ communicator: borrowing Communicator
  ) throws(MPIError) -> Identifiers {
    try identifiers(ratings.rowIdentifiers, declaredShape?.rows, communicator)
  }

  /// The identifiers of all ranks' columns.
  ///
  /// Collective.
  fileprivate func columnIdentifiers(
    _ communicator: borrowing Communicator
  ) throws(MPIError) -> Identifiers {
    try identifiers(ratings.columnIdentifiers, declaredShape?.columns, communicator)
  }

  private func identifiers(
    _ own: LocalIdentifiers, _ declared: Int?, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Identifiers {
    if let declared { return .integers(Array(1...Int64(declared))) }
    guard isIndexed else { return try .union(of: own, communicator) }
    return switch own {
    case .integers(let values): .integers(values)
    case .strings(let values): .strings(values)
    }
  }
}

extension RatingShare {
  /// Takes the ratings whose row and column both are known out of the share, by dense index; those of
  /// others are dropped.
  fileprivate mutating func takeRatings(_ rows: Identifiers, _ columns: Identifiers) -> RatingList {
    let rowIndices = rows.indices(of: rowIdentifiers)
    let columnIndices = columns.indices(of: columnIdentifiers)
    ratings.replaceEach { rating in
      guard let row = rowIndices[Int(rating.row)], let column = columnIndices[Int(rating.column)]
      else { return nil }
      return Rating(row: row, column: column, value: rating.value)
    }
    defer { ratings = RatingList() }
    return ratings
  }
}
