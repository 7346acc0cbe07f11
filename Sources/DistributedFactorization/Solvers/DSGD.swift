import Factorization
import MPI

/// Distributed stochastic gradient descent (DSGD).
///
/// Source: Gemulla, Nijkamp, Haas, Sismanis, "Large-Scale Matrix Factorization with Distributed
/// Stochastic Gradient Descent", KDD 2011, algorithm 2. In the paper's words: the grid is cut into
/// d × d blocks; d interchangeable blocks make a stratum; each sub-epoch trains one stratum, all its
/// blocks at the same time, by SGD; d sub-epochs make an epoch, after which the loss decides the next
/// step size. Here each rank owns several row blocks and keeps their part of W, and the column blocks
/// of H travel (see `Rotation`).
///
/// The result is the same bit for bit for any number of ranks and threads.
final class DSGD: Solver {
  private let problem: SolverProblem
  private let schedule: any StratumSchedule

  init(_ problem: SolverProblem) {
    self.problem = problem
    schedule = problem.options.schedule.schedule(seed: problem.options.seed)
  }

  func plan(ofEpoch epoch: Int) -> EpochPlan? {
    schedule.plan(epoch: epoch, blockCount: problem.options.blocks)
  }

  /// One epoch: d sub-epochs.
  func train(
    _ task: EpochTask, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochWork {
    let (options, factors) = (problem.options, problem.factors)
    let epoch = task.number
    let rule = problem.rule(stepSize: task.stepSize)
    let rounding =
      options.wire == .bfloat16 ? StochasticRounding(seed: options.seed, epoch: epoch) : nil
    let strata = schedule.plan(epoch: epoch, blockCount: options.blocks)
    let errors = try factors.sweep(strata, before: task.next, rounding: rounding) {
      [trainer = problem.trainer] worker, block, rows, columns in
      trainer.train(worker, block, rows, columns, rule, epoch: epoch)
    }
    return EpochWork(clocks: factors.runner.clocks, runningErrors: errors)
  }
}
