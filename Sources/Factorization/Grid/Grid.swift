/// The rating matrix cut into d × d blocks: which row and column belongs where.
///
/// The grid depends on the numbers of ratings in each row and column, the number of blocks and the
/// seed only, so that every rank computes the same one.
public struct Grid: Sendable {
  /// The row blocks, which stay with their ranks.
  public let rows: BlockPartition
  /// The column blocks, which rotate.
  public let columns: BlockPartition
  /// How each block is cut for the cache.
  public let tiles: TileShape

  /// The number of row blocks and of column blocks.
  public var blockCount: Int { rows.blockCount }

  /// Cuts the grid.
  ///
  /// - Parameters:
  ///   - rowDegrees: the number of ratings in each row.
  ///   - columnDegrees: the number of ratings in each column.
  ///   - blockCount: row blocks and column blocks.
  ///   - seed: decides the order of rows and of columns of equal degree.
  ///   - shape: of the factor vectors, which decides the size of tiles.
  ///   - tileBytes: the cache that a tile's vectors may take.
  ///   - counting: counts all ratings, wherever they are, as `ColumnSpread.counts(of:)` counts some.
  /// - Throws: what `counting` throws.
  public init<Failure: Error>(
    rowDegrees: [Int32], columnDegrees: [Int32], blockCount: Int, seed: UInt64,
    shape: FactorShape, tileBytes: Int = TileShape.defaultBytes,
    counting: (ColumnSpread) throws(Failure) -> [Int32]
  ) throws(Failure) {
    rows = BlockPartition(
      degrees: rowDegrees, blockCount: blockCount,
      random: CounterRandom(seed: seed, stream: .gridRows))
    let order = BlockPartition.descending(
      columnDegrees, random: CounterRandom(seed: seed, stream: .gridColumns))
    let spread = ColumnSpread(rows: rows, order: order)
    columns = spread.partition(try counting(spread), degrees: columnDegrees)
    let ratings = rowDegrees.reduce(0) { $0 + Int($1) }
    tiles = TileShape(
      largestRowBlock: rows.largestBlock, largestColumnBlock: columns.largestBlock,
      density: Double(ratings) / Double(rowDegrees.count) / Double(columnDegrees.count),
      vectorBytes: shape.stride * MemoryLayout<Float>.stride, bytes: tileBytes)
  }

  /// The grid of the transposed matrix: its row blocks are the column blocks of another.
  package init(transposing grid: Grid) {
    rows = grid.columns
    columns = grid.rows
    tiles = TileShape(transposing: grid.tiles)
  }

  /// Cuts the grid of ratings that are all here.
  ///
  /// - Parameters:
  ///   - ratings: all ratings.
  ///   - rowCount: the number of rows.
  ///   - columnCount: the number of columns.
  ///   - blockCount: row blocks and column blocks.
  ///   - seed: decides the order of rows and of columns of equal degree.
  ///   - shape: of the factor vectors, which decides the size of tiles.
  ///   - tileBytes: the cache that a tile's vectors may take.
  public init(
    of ratings: [Rating], rows rowCount: Int, columns columnCount: Int, blockCount: Int,
    seed: UInt64, shape: FactorShape, tileBytes: Int = TileShape.defaultBytes
  ) {
    self.init(
      rowDegrees: ratings.degrees(rowCount, of: \.row),
      columnDegrees: ratings.degrees(columnCount, of: \.column), blockCount: blockCount, seed: seed,
      shape: shape, tileBytes: tileBytes
    ) { $0.counts(of: ratings) }
  }
}
