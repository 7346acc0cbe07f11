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
  private let ratings: [Int]

  /// The number of ratings in a block.
  func ratings(rowBlock: Int, columnBlock: Int) -> Int {
    ratings[rowBlock * blockCount + columnBlock]
  }

  /// The number of ratings in all blocks.
  public var total: Int { ratings.reduce(0, +) }

  /// The size of the matrix that the blocks make up; ratings of one cell count once.
  public var shape: DataShape {
    get throws(InputError) {
      let (rows, columns) = (rows.reduce(0, +), columns.reduce(0, +))
      return try DataShape(rows: rows, columns: columns, ratings: min(total, rows * columns))
    }
  }

  /// Counts the training ratings of a grid that are all on one rank.
  public init(_ data: TrainingData) {
    let (blocks, grid) = (data.training, data.grid)
    precondition(blocks.rowBlocks.count == grid.blockCount, "a rank has all row blocks")
    self.init(rows: grid.rows, columns: grid.columns) {
      blocks.count(rowBlock: $0, columnBlock: $1)
    }
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
    let rowLoads = rows.loads(degrees.rows)
    let columnLoads = columns.loads(degrees.columns)
    let total = Double(rowLoads.reduce(0, +))
    let chance = CounterRandom(seed: seed, stream: .syntheticPositions)
    self.init(rows: rows, columns: columns) { row, column in
      let mean = Double(rowLoads[row]) * Double(columnLoads[column]) / total
      let deviation = chance.normals(UInt32(row), UInt32(column))[0] * mean.squareRoot()
      return Int(max(0, (mean + deviation).rounded()))
    }
  }

  private init(
    rows: BlockPartition, columns: BlockPartition,
    _ count: (_ rowBlock: Int, _ columnBlock: Int) -> Int
  ) {
    let blocks = 0..<rows.blockCount
    blockCount = rows.blockCount
    self.rows = blocks.map(rows.size(ofBlock:))
    self.columns = blocks.map(columns.size(ofBlock:))
    ratings = blocks.flatMap { row in blocks.map { count(row, $0) } }
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
