import Factorization
import MPI

extension TrainingData {
  /// Cuts the grid and brings each rating to the rank that owns its row block.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - ratings: each rank's share, which is given up.
  ///   - options: number of blocks, seed and layout of factors.
  ///   - communicator: the ranks that train.
  /// - Throws: `MPIError`.
  public init(
    _ ratings: consuming IndexedRatings, options: TrainingOptions,
    _ communicator: borrowing Communicator
  ) throws(MPIError) {
    if let known = ratings.degrees {
      (rowDegrees, columnDegrees) = known
    } else {
      let degrees = ratings.training.degrees(
        rows: ratings.rowIdentifiers.count, columns: ratings.columnIdentifiers.count)
      rowDegrees = try communicator.allReduce(degrees.rows, .sum)
      columnDegrees = try communicator.allReduce(degrees.columns, .sum)
    }
    let grid = try Grid(
      rowDegrees: rowDegrees, columnDegrees: columnDegrees, blockCount: options.blocks,
      seed: options.seed,
      shape: options.shape,
      tileBytes: options.tileBytes
    ) { (spread) throws(MPIError) in
      try communicator.allReduce(spread.counts(of: ratings.training), .sum)
    }
    let ownership = BlockOwnership(blockCount: options.blocks, ranks: communicator.size)
    self.grid = grid
    self.ownership = ownership
    training = try communicator.distribute(&ratings.training, grid: grid, ownership: ownership)
    statistics = try RatingStatistics(training, communicator)
    if var heldOut = ratings.test {
      ratings.test = nil
      let test = try communicator.distribute(&heldOut, grid: grid, ownership: ownership)
      testCount = try communicator.allReduce(test.count, .sum)
      self.test = testCount > 0 ? test : nil
    } else {
      test = nil
      testCount = 0
    }
  }

  /// The training ratings of the transposed matrix, each at the rank that owns the row block with the number of
  /// its column block.
  ///
  /// Collective.
  ///
  /// - Parameter communicator: the ranks that train.
  /// - Returns: this rank's, by column and row.
  /// - Throws: `MPIError`.
  func transposedTraining(_ communicator: borrowing Communicator) throws(MPIError) -> RatingBlocks {
    var ratings = RatingList()
    training.forEachPlaced { row, column, value in
      ratings.append(
        Rating(row: grid.columns.indices[column], column: grid.rows.indices[row], value: value))
    }
    return try communicator.distribute(
      &ratings, grid: Grid(transposing: grid), ownership: ownership)
  }
}
