import Factorization

/// What is done with the ratings of one block during a sweep, with scratch memory for each worker.
final class BlockVisitor: @unchecked Sendable {
  // Sendable: each worker uses its own sweeper only.

  /// The place of a block in the grid.
  typealias Block = (row: Int, column: Int)

  let blocks: RatingBlocks
  private let sweepers: [Sweeper]

  /// Holds one sweeper, which cannot be copied, in an array.
  private final class Sweeper {
    var sweeper: BlockSweeper
    init(_ sweeper: consuming BlockSweeper) { self.sweeper = sweeper }
  }

  init(_ blocks: RatingBlocks, data: TrainingData, options: TrainingOptions, workers: Int) {
    self.blocks = blocks
    let kernel = options.loss.kernel(options.regularization, options.shape)
    let countsAllCells = blocks === data.training
    let shares = PenaltyShares(
      grid: data.grid, rowBlocks: blocks.rowBlocks, rowDegrees: data.rowDegrees,
      columnDegrees: data.columnDegrees, isWeighted: options.regularization.isWeighted)
    sweepers = (0..<workers).map { _ in
      Sweeper(
        BlockSweeper(
          blocks: blocks, kernel: kernel, shares: shares, pointOrder: options.pointOrder,
          seed: options.seed, countsAllCells: countsAllCells))
    }
  }

  /// Trains ratings of a block, as many as it has.
  func train(
    _ worker: Int, _ block: Block, _ rows: FactorView, _ columns: FactorView, _ rule: UpdateRule,
    epoch: Int
  ) -> ErrorSums {
    sweepers[worker].sweeper.train(
      rowBlock: block.row, columnBlock: block.column, rows: rows, columns: columns, rule: rule,
      epoch: epoch)
  }

  /// Sums the errors of a block's ratings.
  func evaluate(
    _ worker: Int, _ block: Block, _ rows: FactorView, _ columns: FactorView, _ rule: PredictionRule
  ) -> ErrorSums {
    sweepers[worker].sweeper.evaluate(
      rowBlock: block.row, columnBlock: block.column, rows: rows, columns: columns, rule: rule)
  }
}
