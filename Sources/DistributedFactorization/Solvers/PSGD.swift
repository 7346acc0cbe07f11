import Factorization
import MPI

/// Iterative parameter mixing (PSGD): each rank trains a copy of all of W and H on a random share of the
/// ratings by SGD, and after each epoch all ranks go on from the mean of the copies.
///
/// Sources: McDonald, Hall, Mann, "Distributed Training Strategies for the Structured Perceptron", NAACL 2010,
/// with equal weights; "PSGD" in Gemulla, Nijkamp, Haas, Sismanis, KDD 2011.
///
/// The share is trained block by block on the grid of DSGD, so that on one rank this is DSGD, bit for bit.
/// A rank's threads train the blocks of a stratum together, which does not change the result; the number of
/// ranks does.
final class PSGD: Solver {
  private let problem: SolverProblem
  private let schedule: any StratumSchedule
  private let trainer: BlockVisitor
  private let rows: FactorBlock
  private let columns: FactorBlock
  private var isCurrent = false

  /// Deals out the ratings.
  ///
  /// Collective.
  init(_ problem: SolverProblem, _ communicator: borrowing Communicator) throws(MPIError) {
    self.problem = problem
    let (data, options) = (problem.data, problem.options)
    schedule = options.schedule.schedule(seed: options.seed)
    trainer = BlockVisitor(
      try data.training.dealt(seed: options.seed, communicator), data: data, options: options,
      workers: problem.factors.runner.workers)
    rows = FactorBlock(shape: options.shape, capacity: data.grid.rows.indices.count)
    columns = problem.factors.makeAllColumns()
  }

  func restart() { isCurrent = false }

  /// One step for each rating of each rank's share, then the mean.
  func train(
    _ task: EpochTask, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochWork {
    let factors = problem.factors
    var bytesSent = 0
    if !isCurrent {
      bytesSent += try factors.gatherRows(into: rows.view, communicator)
      bytesSent += try factors.gatherColumns(into: columns.view, communicator)
      isCurrent = true
    }
    var clocks = trainShare(task)
    let begin = MonotonicClock.seconds
    for floats in [rows.floats, columns.floats] {
      bytesSent += try communicator.sumOverRanks(floats)
      let share = 1 / Float(communicator.size)
      for index in floats.indices { floats[index] *= share }
    }
    let first = problem.data.grid.rows.starts[problem.data.rowBlocks.lowerBound]
    factors.setRows(from: rows.view.advanced(by: first))
    factors.setColumns(from: columns.view)
    for worker in clocks.indices { clocks[worker].rotation = MonotonicClock.seconds - begin }
    return EpochWork(clocks: clocks, bytesSent: bytesSent)
  }

  /// Trains this rank's copy, stratum by stratum.
  ///
  /// Does not communicate.
  private func trainShare(_ task: EpochTask) -> [WorkerClock] {
    let plan = schedule.plan(epoch: task.number, blockCount: problem.options.blocks)
    let runner = problem.factors.runner
    let clocks = ParallelArray(repeating: WorkerClock(), count: runner.workers)
    let (rule, grid) = (problem.rule(stepSize: task.stepSize), problem.data.grid)
    let begin = MonotonicClock.seconds
    for subEpoch in 0..<plan.blockCount {
      runner.pool.run { [trainer, rows = rows.view, columns = columns.view] worker in
        clocks[worker].measure(\.compute) {
          for row in stride(from: worker, to: plan.blockCount, by: runner.workers) {
            let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
            _ = trainer.train(
              worker, (row, column), rows.advanced(by: grid.rows.starts[row]),
              columns.advanced(by: grid.columns.starts[column]), rule, epoch: task.number)
          }
        }
      }
      runner.onProgress?(Double(subEpoch + 1) / Double(plan.blockCount))
    }
    let seconds = MonotonicClock.seconds - begin
    return clocks.all.map { clock in
      WorkerClock(compute: clock.compute, waiting: seconds - clock.compute)
    }
  }
}
