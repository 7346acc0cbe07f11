import Factorization
import MPI

/// Cyclic coordinate descent by factors (CCD++), for the squared loss.
///
/// Source: Yu, Hsieh, Si, Dhillon, "Scalable Coordinate Descent Approaches to Parallel Matrix
/// Factorization for Recommender Systems", ICDM 2012, algorithm 2. The model is a sum of terms u vᵀ: one
/// for each factor, and one for the biases of each side beside a vector of ones. An epoch takes each term
/// out of the model in turn, sets every number of u and then of v to its best value while all others
/// stand, some times over, and puts the term back. So there is no step size, and the objective does not
/// rise.
///
/// Each rank has the residuals of its rows' ratings and the u of its rows. The v are the same on all
/// ranks: their numerators and denominators are sums over the ranks, in fixed point, so that the model is
/// the same bit for bit for any number of ranks and threads.
final class CCD: Solver {
  /// Inner iterations of a term at most; more of them take longer to the same test error than more epochs.
  private static let mostIterations = 2
  /// The inner iterations of a term end with one that lowers the objective by no more than this share of
  /// the largest decrease in the epoch.
  private static let leastDecrease = 1e-3

  private let problem: SolverProblem
  private let parts: [RankOneTerm.Part]
  private let columns: FactorBlock
  private let zero: RankOneTerm
  private var current: RankOneTerm
  private var previous: RankOneTerm
  /// With the residuals of the model as it is; nil where that is not known.
  private var passes: TermPasses?

  init(_ problem: SolverProblem) {
    self.problem = problem
    parts =
      (problem.options.hasBiases ? [.rowBiases, .columnBiases] : [])
      + (0..<problem.options.factors).map { .factor($0) }
    columns = problem.factors.makeAllColumns()
    let (rowCount, columnCount) = (problem.factors.rows.count, columns.count)
    zero = RankOneTerm(rowCount: rowCount, columnCount: columnCount)
    current = RankOneTerm(rowCount: rowCount, columnCount: columnCount)
    previous = RankOneTerm(rowCount: rowCount, columnCount: columnCount)
  }

  /// The residuals are those of the epoch's end, so that the loss is exact.

  func restart() { passes = nil }

  /// The residuals, which differ in their rounding from what the factors would give.
  func carriedNumbers(ofRowBlock block: Int) -> UnsafeBufferPointer<Float> {
    passes?.residuals(ofRowBlock: block) ?? UnsafeBufferPointer(start: nil, count: 0)
  }

  func carry(_ numbers: ArraySlice<Float>, ofRowBlock block: Int) -> Bool {
    let passes = self.passes ?? TermPasses(problem)
    self.passes = passes
    return passes.setResiduals(numbers, ofRowBlock: block)
  }

  /// One epoch: each term of the model once.
  func train(
    _ task: EpochTask, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochWork {
    let factors = problem.factors
    let rows = factors.rows.view
    let bytesSent = try factors.gatherColumns(into: columns.view, communicator)
    let passes = self.passes ?? start()
    var largestDecrease = 0.0
    var last = zero
    for (index, part) in parts.enumerated() {
      current.load(part, rows: rows, columns: columns.view)
      try improve(part, passes, putting: last, &largestDecrease, communicator)
      current.store(part, rows: rows, columns: columns.view)
      swap(&current, &previous)
      last = previous
      factors.runner.onProgress?(Double(index + 1) / Double(parts.count))
    }
    let errors = passes.exchange(putting: last, taking: zero)
    factors.setColumns(from: columns.view)
    let work = passes.takeWork()
    return EpochWork(
      clocks: work.clocks, runningErrors: errors, bytesSent: bytesSent + work.bytesSent)
  }

  /// Finds a better term in the place of one that is in the model.
  ///
  /// Collective.
  private func improve(
    _ part: RankOneTerm.Part, _ passes: TermPasses, putting last: RankOneTerm,
    _ largestDecrease: inout Double, _ communicator: borrowing Communicator
  ) throws(MPIError) {
    switch part {
    case .rowBiases:
      _ = try passes.solveRows(current, part, putting: last, communicator)
    case .columnBiases:
      passes.exchange(putting: last, taking: current)
      _ = try passes.solveColumns(current, part, communicator)
    case .factor:
      for iteration in 0..<Self.mostIterations {
        var decrease = try passes.solveRows(
          current, part, putting: iteration == 0 ? last : nil, communicator)
        decrease += try passes.solveColumns(current, part, communicator)
        if decrease <= Self.leastDecrease * largestDecrease { break }
        largestDecrease = max(largestDecrease, decrease)
      }
    }
  }

  /// Computes the residuals of the model as it is, by putting one term after another into an empty one.
  ///
  /// Does not communicate.
  private func start() -> TermPasses {
    let passes = TermPasses(problem)
    self.passes = passes
    for part in parts {
      current.load(part, rows: problem.factors.rows.view, columns: columns.view)
      passes.exchange(putting: current, taking: zero)
    }
    return passes
  }
}
