import Factorization
import MPI

/// Computes the objective and its gradient over all ratings of all ranks.
///
/// Each thread goes through some of the rank's row blocks. The part of the gradient that belongs to columns
/// it adds up in memory of its own; then those of all threads are added, and those of all ranks.
final class FullGradient {
  private let problem: SolverProblem
  private let kernel: GradientKernel
  private let columnGradients: [SharedBlock]
  private let clocks: ParallelArray<WorkerClock>
  private(set) var bytesSent = 0

  /// A block that threads can be given.
  private final class SharedBlock: Sendable {
    let block: FactorBlock
    init(_ block: consuming FactorBlock) { self.block = block }
  }

  /// The objective at a point.
  struct Value {
    /// The costs of all ratings and all penalties.
    var objective = Double.infinity
    /// The errors of each of this rank's row blocks.
    var errors: [ErrorSums] = []
  }

  init(_ problem: SolverProblem) {
    self.problem = problem
    let workers = problem.factors.runner.workers
    kernel = problem.options.loss.gradientKernel(
      problem.data.training, mean: problem.factors.start.mean)
    columnGradients = (0..<workers).map { _ in SharedBlock(problem.factors.makeAllColumns()) }
    clocks = ParallelArray(repeating: WorkerClock(), count: workers)
  }

  /// Each thread's time for exchanging and for waiting since the last call, and the bytes sent.
  func takeWork() -> (clocks: [WorkerClock], bytesSent: Int) {
    defer { bytesSent = 0 }
    return (clocks.take(leaving: WorkerClock()), bytesSent)
  }

  /// Computes the objective and the gradient at a point.
  ///
  /// Collective. The objective is the same bits on every rank, and so are the columns' parts of both.
  func evaluate(
    _ point: SplitVector, gradient: SplitVector, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Value {
    let begin = MonotonicClock.seconds
    let errors = addRatings(point, gradient)
    let exchange = MonotonicClock.seconds
    bytesSent += try communicator.sumOverRanks(gradient.columns.floats)
    let penalties = addPenalties(point, gradient)

    var slots = SlotSums(blockCount: problem.data.grid.blockCount, quantities: 1)
    for (index, block) in problem.data.rowBlocks.enumerated() {
      slots[block, 0] = errors[index].cost + penalties.rows[index]
    }
    let objective = try slots.totals(communicator)[0] + penalties.columns
    let end = MonotonicClock.seconds
    for worker in columnGradients.indices {
      clocks[worker].rotation += end - exchange
      clocks[worker].waiting += exchange - begin
    }
    return Value(objective: objective, errors: errors)
  }

  /// Sets a gradient to that of the costs of this rank's ratings; returns the errors of each row block.
  private func addRatings(_ point: SplitVector, _ gradient: SplitVector) -> [ErrorSums] {
    let (grid, blocks) = (problem.data.grid, problem.data.rowBlocks)
    let runner = problem.factors.runner
    let errors = ParallelArray(repeating: ErrorSums(), count: blocks.count)
    runner.forEachRowBlock { [kernel, columnGradients, clocks] worker, block in
      let begin = MonotonicClock.seconds
      let first = point.start(ofRowBlock: block)
      let rowGradient = gradient.rows.view.advanced(by: first)
      rowGradient.clear(grid.rows.size(ofBlock: block))
      for (column, start) in grid.columns.starts.dropLast().enumerated() {
        errors[block - blocks.lowerBound] += kernel.add(
          rowBlock: block, columnBlock: column, rows: point.rows.view.advanced(by: first),
          columns: point.columns.view.advanced(by: start), rowGradient: rowGradient,
          columnGradient: columnGradients[worker].block.view.advanced(by: start))
      }
      clocks[worker].waiting -= MonotonicClock.seconds - begin
    }
    runner.pool.run { [columnGradients] worker in
      let sum = gradient.columns.floats
      let share = worker * sum.count / runner.workers..<(worker + 1) * sum.count / runner.workers
      for index in share { sum[index] = 0 }
      for thread in columnGradients {
        let floats = thread.block.floats
        for index in share {
          sum[index] += floats[index]
          // For the next time.
          floats[index] = 0
        }
      }
    }
    return errors.all
  }

  /// Adds the gradient of the penalties; returns these for each of this rank's row blocks, and for all columns.
  private func addPenalties(
    _ point: SplitVector, _ gradient: SplitVector
  ) -> (rows: [Double], columns: Double) {
    let data = problem.data
    func add(
      _ positions: Range<Int>, of partition: BlockPartition, degrees: [Int32], isRow: Bool,
      _ point: FactorView, _ gradient: FactorView
    ) -> Double {
      var penalty = 0.0
      for (offset, position) in positions.enumerated() {
        let degree = degrees[Int(partition.indices[position])]
        let regularization = problem.options.regularization
        regularization.addGradient(
          of: point, at: offset, degree: degree, isRow: isRow, to: gradient)
        penalty += regularization.penalty(of: point, at: offset, degree: degree, isRow: isRow)
      }
      return penalty
    }
    let rows = data.rowBlocks.map { block in
      let first = point.start(ofRowBlock: block)
      return add(
        data.grid.rows.positions(ofBlock: block), of: data.grid.rows, degrees: data.rowDegrees,
        isRow: true, point.rows.view.advanced(by: first), gradient.rows.view.advanced(by: first))
    }
    let columns = add(
      data.grid.columns.indices.indices, of: data.grid.columns, degrees: data.columnDegrees,
      isRow: false, point.columns.view, gradient.columns.view)
    return (rows, columns)
  }
}

extension FactorView {
  /// Sets some vectors and their biases to zero.
  fileprivate func clear(_ count: Int) {
    vectors.update(repeating: 0, count: count * stride)
    biases?.update(repeating: 0, count: count)
  }
}
