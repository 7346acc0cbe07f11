import Factorization
import MPI

/// Distributed gradient descent with the limited-memory BFGS method (L-BFGS): an epoch is an iteration, which
/// takes one step along a line for all of W and H, and never lets the objective rise.
///
/// Source: Nocedal, "Updating Quasi-Newton Matrices with Limited Storage", Mathematics of Computation 1980;
/// "DGD" in Gemulla, Nijkamp, Haas, Sismanis, KDD 2011.
///
/// Each rank computes the gradient over the ratings of its rows, and holds what belongs to these rows; H and
/// what belongs to it every rank has whole. Numbers that steer the search are the same bits on all ranks, so
/// that all decide alike.
final class LBFGS: Solver {
  private let problem: SolverProblem
  private let fullGradient: FullGradient
  private var pairs = CurvaturePairs()
  private var point: Point
  private var trial: Point
  private let direction: SplitVector
  private var isCurrent = false
  private var isAtMinimum = false

  /// Parameters, and what is known of the objective there.
  private struct Point {
    let parameters: SplitVector
    let gradient: SplitVector
    var value = FullGradient.Value()

    init(_ factors: DistributedFactors) {
      parameters = SplitVector(factors)
      gradient = SplitVector(factors)
    }

    mutating func evaluate(
      _ fullGradient: FullGradient, _ communicator: borrowing Communicator
    ) throws(MPIError) {
      value = try fullGradient.evaluate(parameters, gradient: gradient, communicator)
    }
  }

  init(_ problem: SolverProblem) {
    self.problem = problem
    fullGradient = FullGradient(problem)
    point = Point(problem.factors)
    trial = Point(problem.factors)
    direction = SplitVector(problem.factors)
  }

  func restart() {
    isCurrent = false
    isAtMinimum = false
    pairs.removeAll()
  }

  /// One iteration; none where no step lowers the objective any more.
  func train(
    _ task: EpochTask, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochWork {
    let begin = MonotonicClock.seconds
    var gathered = 0
    if !isCurrent { gathered = try start(communicator) }
    while !isAtMinimum {
      if try step(communicator) { break }
      // What the last iterations showed may have misled; without it the gradient itself is followed.
      isAtMinimum = pairs.isEmpty
      pairs.removeAll()
    }
    problem.factors.setRows(from: point.parameters.rows.view)
    problem.factors.setColumns(from: point.parameters.columns.view)
    var work = fullGradient.takeWork()
    let seconds = MonotonicClock.seconds - begin
    for worker in work.clocks.indices {
      let clock = work.clocks[worker]
      work.clocks[worker].compute = seconds - clock.rotation - clock.waiting
    }
    return EpochWork(
      clocks: work.clocks, runningErrors: point.value.errors, bytesSent: gathered + work.bytesSent)
  }

  /// Takes over the factors as they stand; returns the bytes sent.
  private func start(_ communicator: borrowing Communicator) throws(MPIError) -> Int {
    let factors = problem.factors
    _ = point.parameters.rows.floats.update(fromContentsOf: factors.rows.floats)
    let bytes = try factors.gatherColumns(into: point.parameters.columns.view, communicator)
    try point.evaluate(fullGradient, communicator)
    isCurrent = true
    return bytes
  }

  /// Searches along one direction, and goes to what it finds.
  ///
  /// Collective.
  ///
  /// - Returns: whether it found a lower point.
  private func step(_ communicator: borrowing Communicator) throws(MPIError) -> Bool {
    let slope = try pairs.setDirection(direction, against: point.gradient, communicator)
    guard slope < 0 else { return false }
    // As if the objective fell to zero in a straight line; later steps have the right length by themselves.
    let firstStep = pairs.isEmpty ? point.value.objective / -slope : 1
    let origin = (value: point.value.objective, slope: slope)
    let step = try LineSearch.step(from: origin, firstStep: firstStep) {
      (step) throws(MPIError) -> LineSearch.Point in
      trial.parameters.set([(1, point.parameters), (step, direction)])
      try trial.evaluate(fullGradient, communicator)
      let slope = try SplitVector.products(of: [direction], with: [trial.gradient], communicator)
      return (trial.value.objective, slope[0][0])
    }
    guard step != nil else { return false }
    pairs.append(
      points: (trial.parameters, point.parameters), gradients: (trial.gradient, point.gradient),
      makeVector: { SplitVector(problem.factors) })
    swap(&point, &trial)
    return true
  }
}
