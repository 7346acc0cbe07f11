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
    let rows = ratings.rowIdentifiers.count
    let columns = ratings.columnIdentifiers.count
    rowDegrees = try communicator.allReduce(ratings.training.degrees(rows, of: \.row), .sum)
    columnDegrees = try communicator.allReduce(
      ratings.training.degrees(columns, of: \.column), .sum)
    let grid = try Grid(
      rowDegrees: rowDegrees, columnDegrees: columnDegrees, blockCount: options.blocks,
      seed: options.seed,
      shape: options.shape,
      tileBytes: options.tileBytes
    ) { (spread) throws(MPIError) in
      try communicator.allReduce(spread.counts(of: ratings.training), .sum)
    }
    let ownership = BlockOwnership(blockCount: options.blocks, ranks: communicator.size)
    let own = ownership.rowBlocks(ofRank: communicator.rank)
    self.grid = grid
    self.ownership = ownership
    training = try communicator.exchange(ratings.training, rows: grid.rows, ownership: ownership)
      .withUnsafeBufferPointer { RatingBlocks($0, grid: grid, rowBlocks: own) }
    statistics = try RatingStatistics(training, communicator)
    if let heldOut = ratings.test {
      let test = try communicator.exchange(heldOut, rows: grid.rows, ownership: ownership)
        .withUnsafeBufferPointer { RatingBlocks($0, grid: grid, rowBlocks: own) }
      testCount = try communicator.allReduce(test.count, .sum)
      self.test = testCount > 0 ? test : nil
    } else {
      test = nil
      testCount = 0
    }
  }
}
