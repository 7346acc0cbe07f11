import Factorization

/// What the blocks of a grid hold, without the ratings themselves: enough to know how long each takes to train and
/// to send.
public struct BlockLoads: Sendable {
  /// The number of row blocks, and of column blocks.
  public let blockCount: Int
  /// The number of rows in each row block.
  let rows: [Int]
  /// The number of columns in each column block.
  let columns: [Int]
  /// The number of ratings in each block, row block by row block.
  private let ratings: [Int32]

  /// The number of ratings in a block.
  func ratings(rowBlock: Int, columnBlock: Int) -> Int {
    Int(ratings[rowBlock * blockCount + columnBlock])
  }

  /// The number of ratings in all blocks.
  public var total: Int { ratings.reduce(0) { $0 + Int($1) } }

  /// Counts the training ratings of a grid that are all on one rank.
  public init(_ data: TrainingData) {
    let blocks = data.training
    precondition(blocks.rowBlocks.count == data.grid.blockCount, "a rank has all row blocks")
    self.init(data.grid) { blocks.count(rowBlock: $0, columnBlock: $1) }
  }

  /// Estimates what a grid would hold from a shape alone.
  ///
  /// The degrees of rows and columns are those that `RatingsLike` draws from, or the mean where the shape is even;
  /// rows and columns are divided by them as the grid divides them, and each block has as many ratings as its row
  /// block and its column block have in common on average, with a deviation as chance has it.
  public init(estimating shape: DataShape, blockCount: Int, seed: UInt64) {
    let degrees = Self.degrees(of: shape)
    let rows = BlockPartition(
      degrees: degrees.rows, blockCount: blockCount,
      random: CounterRandom(seed: seed, stream: .gridRows))
    let columns = BlockPartition(
      degrees: degrees.columns, blockCount: blockCount,
      random: CounterRandom(seed: seed, stream: .gridColumns))
    let loads = (rows.loads(degrees.rows), columns.loads(degrees.columns))
    let chance = CounterRandom(seed: seed, stream: .syntheticPositions)
    self.blockCount = blockCount
    self.rows = (0..<blockCount).map(rows.size(ofBlock:))
    self.columns = (0..<blockCount).map(columns.size(ofBlock:))
    let total = Double(loads.0.reduce(0, +))
    ratings = (0..<blockCount * blockCount).map { cell in
      let (row, column) = cell.quotientAndRemainder(dividingBy: blockCount)
      let mean = Double(loads.0[row]) * Double(loads.1[column]) / total
      let deviation = chance.normals(UInt32(row), UInt32(column))[0] * mean.squareRoot()
      return Int32(max(0, (mean + deviation).rounded()))
    }
  }

  private init(_ grid: Grid, _ count: (_ rowBlock: Int, _ columnBlock: Int) -> Int) {
    blockCount = grid.blockCount
    rows = (0..<grid.blockCount).map(grid.rows.size(ofBlock:))
    columns = (0..<grid.blockCount).map(grid.columns.size(ofBlock:))
    ratings = (0..<grid.blockCount * grid.blockCount).map {
      Int32(count($0 / grid.blockCount, $0 % grid.blockCount))
    }
  }

  private static func degrees(of shape: DataShape) -> (rows: [Int32], columns: [Int32]) {
    guard shape.isSkewed else {
      return (
        even(shape.ratings, over: shape.rows), even(shape.ratings, over: shape.columns)
      )
    }
    let rows = ActivityCurve.counts(
      users: shape.rows, total: shape.ratings, limit: shape.columns)
    let weights = ActivityCurve.items(shape.columns)
    let scale = Double(shape.ratings) / weights.reduce(0, +)
    let columns = weights.map { Int32(min(Double(shape.rows), $0 * scale).rounded()) }
    return (rows.map { Int32($0) }, columns)
  }

  private static func even(_ total: Int, over count: Int) -> [Int32] {
    (0..<count).map { Int32(total * ($0 + 1) / count - total * $0 / count) }
  }
}

extension BlockPartition {
  /// The number of ratings of each block.
  fileprivate func loads(_ degrees: [Int32]) -> [Int] {
    (0..<blockCount).map { block in
      positions(ofBlock: block).reduce(0) { $0 + Int(degrees[Int(indices[$1])]) }
    }
  }
}
