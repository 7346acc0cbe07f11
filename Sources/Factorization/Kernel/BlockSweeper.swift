/// Trains or evaluates whole blocks: one for each thread, since it owns the memory in which
/// tiles are put into an epoch's order.
public struct BlockSweeper: ~Copyable, @unchecked Sendable {
  // Sendable because the memory of `TileOrder` has one owner, which `~Copyable` enforces.

  private let blocks: RatingBlocks
  private let kernel: TileKernel
  private let shares: PenaltyShares
  private let pointOrder: PointOrder
  private let random: CounterRandom
  private var denseStep: DenseStep?
  private var tileOrder: TileOrder

  /// Creates a sweeper over some blocks.
  ///
  /// - Parameters:
  ///   - blocks: the ratings.
  ///   - kernel: the kernels to run on each tile.
  ///   - shares: what each rating carries of the penalties.
  ///   - pointOrder: the order in which ratings are trained.
  ///   - seed: the run's seed, which decides the order of tiles and of entries.
  ///   - countsAllCells: whether the loss's part over all cells counts, as it does with training ratings.
  public init(
    blocks: RatingBlocks, kernel: TileKernel, shares: PenaltyShares, pointOrder: PointOrder,
    seed: UInt64, countsAllCells: Bool = true
  ) {
    self.blocks = blocks
    self.kernel = kernel
    self.shares = shares
    self.pointOrder = pointOrder
    random = CounterRandom(seed: seed, stream: .shuffle)
    denseStep =
      countsAllCells
      ? kernel.densePart.map { DenseStep($0, kernel.constraint, kernel.shape) } : nil
    tileOrder = TileOrder(pointOrder, of: blocks)
  }

  /// As many stochastic gradient steps as a block has ratings, then one for the loss's part over all of
  /// its cells.
  ///
  /// The order of the tiles and that of the entries in each tile follow the point order; they are a
  /// function of (seed, epoch, block, tile) only.
  ///
  /// - Returns: costs and squared errors before each step.
  public mutating func train(
    rowBlock: Int, columnBlock: Int, rows: FactorView, columns: FactorView,
    rule: UpdateRule, epoch: Int
  ) -> ErrorSums {
    let epochWord = UInt32(truncatingIfNeeded: epoch)
    let block = UInt32(rowBlock) << 16 | UInt32(columnBlock)
    let tiles = blocks.grid.tiles
    let firstRow = blocks.grid.rows.starts[rowBlock]
    let firstColumn = blocks.grid.columns.starts[columnBlock]
    let order =
      pointOrder == .seq
      ? Array(0..<UInt32(tiles.tilesPerBlock))
      : random.permutation(of: tiles.tilesPerBlock, epochWord, block, .max)
    var sums = ErrorSums()
    for tile in order {
      let entries = blocks.tile(Int(tile), rowBlock: rowBlock, columnBlock: columnBlock)
      if entries.isEmpty { continue }
      let (row, column) = tiles.origin(ofTile: Int(tile))
      var generator = random.generator(epochWord, block, tile)
      sums += kernel.train(
        tileOrder.ordered(entries, using: &generator), rows.advanced(by: row),
        columns.advanced(by: column), rule,
        (
          shares.rows + (firstRow + row - shares.firstRow),
          shares.columns + (firstColumn + column)
        ))
    }
    let sides = sides(rowBlock, columnBlock, rows, columns)
    if let cost = denseStep?.train(sides.rows, sides.columns, rule) { sums.cost += cost }
    return sums
  }

  /// The costs and squared errors of a block's ratings, and the cost of the loss's part over all cells.
  public mutating func evaluate(
    rowBlock: Int, columnBlock: Int, rows: FactorView, columns: FactorView, rule: PredictionRule
  ) -> ErrorSums {
    let tiles = blocks.grid.tiles
    var sums = ErrorSums()
    for tile in 0..<tiles.tilesPerBlock {
      let (row, column) = tiles.origin(ofTile: tile)
      sums += kernel.evaluate(
        blocks.tile(tile, rowBlock: rowBlock, columnBlock: columnBlock),
        rows.advanced(by: row), columns.advanced(by: column), rule)
    }
    let sides = sides(rowBlock, columnBlock, rows, columns)
    if let cost = denseStep?.cost(sides.rows, sides.columns) { sums.cost += cost }
    return sums
  }

  private func sides(
    _ rowBlock: Int, _ columnBlock: Int, _ rows: FactorView, _ columns: FactorView
  ) -> (rows: DenseStep.Side, columns: DenseStep.Side) {
    let grid = blocks.grid
    return (
      (rows, grid.rows.positions(ofBlock: rowBlock).count),
      (columns, grid.columns.positions(ofBlock: columnBlock).count)
    )
  }
}
