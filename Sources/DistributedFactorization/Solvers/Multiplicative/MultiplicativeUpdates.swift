import Factorization
import MPI

/// Multiplicative updates of factors that are not negative.
///
/// Source: Lee, Seung, "Algorithms for Non-negative Matrix Factorization", NIPS 2000. Every number in W, and
/// then in H, is multiplied by the ratio of what pulls it up to what pulls it down: for the squared loss
///
///     w ← w · Σ v h / (Σ p h + λ N w)
///
/// with sums over the ratings of the row (Zhang, Wang, Ford, Makedon, "Learning from Incomplete Ratings
/// Using Non-negative Matrix Factorization", SDM 2006); for the divergence Σ (v/p) h over the ratings and Σ h
/// over all columns (see `MultiplicativeRule`). So no number becomes negative, there is no step size, and the
/// objective does not rise.
///
/// Each rank updates its own rows with all of H at hand, and adds up both sums of each column over its rows;
/// the sums of all ranks are added by an Allreduce, and the rank that holds a column updates it. The model is
/// the same for any number of ranks and threads up to the rounding of these sums.
final class MultiplicativeUpdates: Solver {
  private let problem: SolverProblem
  private let pass: MultiplicativePass
  private let rule: MultiplicativeRule
  private let columnPenalties: [(squared: Float, absolute: Float)]
  /// All of H.
  private let columns: FactorBlock

  init(_ problem: SolverProblem) {
    self.problem = problem
    columns = problem.factors.makeAllColumns()
    pass = MultiplicativePass(problem)
    rule = MultiplicativeRule(problem.options.loss)
    let regularization = problem.options.regularization
    columnPenalties = TermPenalties(problem.data, regularization).columnMultipliers.map {
      ($0 * regularization.columns, $0 * regularization.absolute)
    }
  }

  /// One epoch: all of W, then all of H.
  func train(
    _ task: EpochTask, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochWork {
    let factors = problem.factors
    let (rows, columns) = (factors.rows.view, columns.view)
    var work = EpochWork(clocks: [])
    work.bytesSent = try factors.gatherColumns(into: columns, communicator)
    // What is zero or negative would stay so.
    if task.number == 1 {
      rows.makePositive(factors.rows.count, factors: problem.options.factors)
      columns.makePositive(self.columns.count, factors: problem.options.factors)
    }

    let partition = problem.data.grid.columns
    let held = factors.rotation.held.map { block in
      (columns.advanced(by: partition.starts[block]), partition.size(ofBlock: block))
    }
    pass.updateRows(rows, beside: columns, try densePull(of: held, communicator))
    pass.sumColumns(beside: rows, columns)
    let dense = try densePull(of: [(rows, factors.rows.count)], communicator)
    let sums = pass.columnSums[0]
    for other in pass.columnSums.dropFirst() { sums.add(other) }
    if communicator.size > 1 {
      try communicator.allReduce(inPlace: sums.floats.mutableSpan, .sum)
      work.bytesSent += sums.floats.count * MemoryLayout<Float>.stride
    }
    for (column, penalties) in columnPenalties.enumerated() {
      let vector = columns.vectors + column * columns.stride
      sums.update(vector, from: column, rule, dense, penalties: penalties)
    }
    factors.setColumns(from: columns)
    work.clocks = pass.takeClocks()
    return work
  }

  /// What all cells pull down by, where the loss counts them, from vectors that no other rank adds.
  private func densePull(
    of sides: [DenseStep.Side], _ communicator: borrowing Communicator
  ) throws(MPIError) -> DensePull? {
    guard let part = problem.options.loss.densePart else { return nil }
    return try DensePull(part, of: sides, problem.options.shape, communicator)
  }
}

extension FactorView {
  /// Makes all factors of so many vectors positive, but for vectors of zeros; their padding stays zero.
  fileprivate func makePositive(_ count: Int, factors: Int) {
    for index in 0..<count {
      let vector = vector(index).prefix(factors)
      let largest = vector.reduce(0) { max($0, abs($1)) }
      for factor in 0..<factors {
        // Where there was a zero, far below the others.
        self.vector(index)[factor] = max(abs(vector[factor]), 0x1p-10 * largest)
      }
    }
  }
}
