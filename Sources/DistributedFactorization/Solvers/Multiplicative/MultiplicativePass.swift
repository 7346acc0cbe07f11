import Factorization
import MPI

/// The passes of multiplicative updates over this rank's ratings, on several threads.
///
/// Each thread has its own share of the row blocks, so that sums are the same in each run.
final class MultiplicativePass: @unchecked Sendable {
  // Sendable: each worker writes its own rows, sums and clock.

  private let data: TrainingData
  private let pool: WorkerPool
  private let ratings: CompressedRows
  private let rule: MultiplicativeRule
  private let rowPenalties: [(squared: Float, absolute: Float)]
  private let rowSums: [UpdateSums]
  /// The sums of all columns, of each worker.
  let columnSums: [UpdateSums]
  private let clocks: ParallelArray<WorkerClock>

  init(_ problem: SolverProblem) {
    data = problem.data
    pool = problem.factors.runner.pool
    ratings = CompressedRows(data.training)
    let regularization = problem.options.regularization
    rule = MultiplicativeRule(problem.options.loss)
    rowPenalties = TermPenalties(data, regularization).rowMultipliers.map {
      ($0 * regularization.rows, $0 * regularization.absolute)
    }
    let (columnCount, shape) = (data.grid.columns.indices.count, problem.options.shape)
    rowSums = (0..<pool.workers).map { _ in UpdateSums(count: 1, shape: shape) }
    columnSums = (0..<pool.workers).map { _ in UpdateSums(count: columnCount, shape: shape) }
    clocks = ParallelArray(repeating: WorkerClock(), count: pool.workers)
  }

  /// The times of the passes since the last call.
  func takeClocks() -> [WorkerClock] { clocks.take(leaving: WorkerClock()) }

  /// Updates all rows that are here.
  func updateRows(_ rows: FactorView, beside columns: FactorView, _ dense: DensePull?) {
    forEachRow { [rule] row, worker in
      let sums = self.rowSums[worker]
      sums.clear()
      let vector = rows.vectors + row * rows.stride
      for place in self.ratings.range(ofRow: row) {
        let other = columns.vectors + Int(self.ratings.columns[place]) * columns.stride
        let pulls = rule.pulls(
          prediction: product(vector, other, stride: rows.stride),
          value: self.ratings.values[place])
        sums.add(other, up: pulls.up, down: pulls.down, at: 0)
      }
      sums.update(vector, from: 0, rule, dense, penalties: self.rowPenalties[row])
    }
  }

  /// Adds up the sums of all columns, into those of each worker.
  func sumColumns(beside rows: FactorView, _ columns: FactorView) {
    for sums in columnSums { sums.clear() }
    forEachRow { [rule] row, worker in
      let sums = self.columnSums[worker]
      let vector = rows.vectors + row * rows.stride
      for place in self.ratings.range(ofRow: row) {
        let column = Int(self.ratings.columns[place])
        let other = columns.vectors + column * columns.stride
        let pulls = rule.pulls(
          prediction: product(vector, other, stride: rows.stride),
          value: self.ratings.values[place])
        sums.add(vector, up: pulls.up, down: pulls.down, at: column)
      }
    }
  }

  /// Visits this rank's rows, each worker an even share of the blocks.
  @inline(__always)
  private func forEachRow(_ body: @escaping @Sendable (_ row: Int, _ worker: Int) -> Void) {
    let starts = data.grid.rows.starts[data.rowBlocks.lowerBound...data.rowBlocks.upperBound]
    let (workers, blocks) = (pool.workers, data.rowBlocks)
    pool.run { worker in
      self.clocks[worker].measure(\.compute) {
        let begin = starts[blocks.lowerBound + blocks.count * worker / workers]
        let end = starts[blocks.lowerBound + blocks.count * (worker + 1) / workers]
        for row in begin..<end { body(row - starts[blocks.lowerBound], worker) }
      }
    }
  }
}
