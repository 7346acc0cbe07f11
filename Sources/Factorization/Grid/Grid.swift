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
  public init(
    rowDegrees: [Int32], columnDegrees: [Int32], blockCount: Int, seed: UInt64,
    shape: FactorShape, tileBytes: Int = TileShape.defaultBytes
  ) {
    rows = BlockPartition(
      degrees: rowDegrees, blockCount: blockCount,
      random: CounterRandom(seed: seed, stream: .gridRows))
    columns = BlockPartition(
      degrees: columnDegrees, blockCount: blockCount,
      random: CounterRandom(seed: seed, stream: .gridColumns))
    tiles = TileShape(
      largestRowBlock: rows.largestBlock, largestColumnBlock: columns.largestBlock,
      vectorBytes: shape.stride * MemoryLayout<Float>.stride, bytes: tileBytes)
  }
}
