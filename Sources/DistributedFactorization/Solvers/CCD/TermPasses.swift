import Factorization
import MPI
import Synchronization

/// What CCD++ does with one term u vᵀ of the model over this rank's ratings, on several threads.
///
/// The threads take one row block after another. What they find does not depend on which.
final class TermPasses: @unchecked Sendable {
  // Sendable: each worker writes what belongs to the row blocks that it has taken, and its own clock and
  // sums.

  private let data: TrainingData
  private let pool: WorkerPool
  private let residuals: Residuals
  private let penalties: TermPenalties
  private let sums: FixedPointSums
  private let blockResults: ParallelArray<BlockResult>
  private let clocks: ParallelArray<WorkerClock>
  private var bytesSent = 0

  /// What a pass finds in one row block.
  fileprivate struct BlockResult {
    var decrease = 0.0
    var squaredError = 0.0
    var largestResidualSquare: Float = 0
    var largestNumber: Float = 0
  }

  init(_ problem: SolverProblem) {
    data = problem.data
    pool = problem.factors.runner.pool
    residuals = Residuals(
      CompressedRows(problem.data.training), mean: problem.factors.start.mean)
    penalties = TermPenalties(problem.data, problem.options.regularization)
    sums = FixedPointSums(
      columnCount: data.grid.columns.indices.count,
      largestDegree: Int(data.columnDegrees.max() ?? 0), workers: pool.workers)
    blockResults = ParallelArray(repeating: BlockResult(), count: data.rowBlocks.count)
    clocks = ParallelArray(repeating: WorkerClock(), count: pool.workers)
  }

  /// Takes the times of passes and sums, and the bytes that this rank gave to sums over ranks, since the last
  /// call.
  func takeWork() -> (clocks: [WorkerClock], bytesSent: Int) {
    defer { bytesSent = 0 }
    return (clocks.take(leaving: WorkerClock()), bytesSent)
  }

  /// The residuals of a row block's ratings, row by row.
  func residuals(ofRowBlock block: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(residuals.values(ofRows: rows(ofBlock: block)))
  }

  /// Replaces the residuals of a row block, unless there are not as many others.
  ///
  /// - Returns: whether there were.
  func setResiduals(_ numbers: ArraySlice<Float>, ofRowBlock block: Int) -> Bool {
    let own = residuals.values(ofRows: rows(ofBlock: block))
    guard numbers.count == own.count else { return false }
    _ = own.update(fromContentsOf: numbers)
    return true
  }

  /// The rows of a row block, counted from this rank's first.
  private func rows(ofBlock block: Int) -> Range<Int> {
    let first = data.grid.rows.starts[data.rowBlocks.lowerBound]
    let positions = data.grid.rows.positions(ofBlock: block)
    return positions.lowerBound - first..<positions.upperBound - first
  }

  /// Puts one term into the model and takes another out of it.
  ///
  /// Does not communicate.
  ///
  /// - Returns: the errors of each of this rank's row blocks.
  @discardableResult
  func exchange(putting previous: RankOneTerm, taking current: RankOneTerm) -> [ErrorSums] {
    forEachRowBlock { [residuals] rows in
      var result = BlockResult()
      residuals.forEach(rows, putting: previous, taking: current) { _, found in
        result.add(found)
      }
      return result
    }
    return blockResults.all.map {
      var errors = ErrorSums()
      errors.cost = $0.squaredError
      errors.squaredError = $0.squaredError
      return errors
    }
  }

  /// Sets each u of a term that is out of the model to its best value.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - term: the term.
  ///   - part: what it is part of.
  ///   - previous: a term to put into the model at the same time, and to take this one out.
  ///   - communicator: the ranks.
  /// - Returns: by how much the objective has fallen.
  /// - Throws: `MPIError`.
  func solveRows(
    _ term: RankOneTerm, _ part: RankOneTerm.Part, putting previous: RankOneTerm?,
    _ communicator: borrowing Communicator
  ) throws(MPIError) -> Double {
    forEachRowBlock { [residuals, penalties] rows in
      let penalty = penalties.rows(part)
      var result = BlockResult()
      residuals.forEach(rows, putting: previous, taking: term) { row, found in
        result.add(found)
        result.decrease += term.rows[row].minimize(
          found.numerator, found.denominator, penalty, times: penalties.rowMultipliers[row])
        result.largestNumber = max(result.largestNumber, abs(term.rows[row]))
      }
      return result
    }
    var decreases = SlotSums(blockCount: data.grid.blockCount, quantities: 1)
    for (block, result) in zip(data.rowBlocks, blockResults.all) {
      decreases[block, 0] = result.decrease
    }
    return try communicating { () throws(MPIError) in
      try decreases.totals(communicator)[0]
    }
  }

  /// Sets each v of a term that is out of the model to its best value, the same on every rank, after a
  /// pass in which its u were set or it was taken out of the model.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - term: the term.
  ///   - part: what it is part of.
  ///   - communicator: the ranks.
  /// - Returns: by how much the objective has fallen.
  /// - Throws: `MPIError`.
  func solveColumns(
    _ term: RankOneTerm, _ part: RankOneTerm.Part, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Double {
    // Of nothing but ones nobody has looked for the largest.
    let largestNumber: Float =
      if case .factor = part { blockResults.largest(\.largestNumber) } else { 1 }
    let own = [largestNumber, blockResults.largest(\.largestResidualSquare)]
    let largest = try communicating { () throws(MPIError) in
      try communicator.allReduce(own, .maximum).map { Double($0) }
    }
    let scales = (
      numerators: sums.scale(upTo: largest[0] * largest[1].squareRoot()),
      denominators: sums.scale(upTo: largest[0] * largest[0])
    )
    sumColumns(term, scales)
    let totals = try communicating { () throws(MPIError) in try sums.total(communicator) }
    if communicator.size > 1 { bytesSent += totals.count * MemoryLayout<Int64>.stride }
    let penalty = penalties.columns(part)
    var decrease = 0.0
    for column in term.columns.indices {
      let numerator = Double(totals[2 * column]) / scales.numerators
      let denominator = Double(totals[2 * column + 1]) / scales.denominators
      decrease += term.columns[column].minimize(
        Float(numerator), Float(denominator), penalty,
        times: penalties.columnMultipliers[column])
    }
    return decrease
  }

  /// Adds up Σ r u and Σ u² of each column over this rank's rows.
  private func sumColumns(
    _ term: RankOneTerm, _ scales: (numerators: Double, denominators: Double)
  ) {
    sums.clear()
    forEachBlock { [residuals, sums] _, rows, worker in
      let sums = sums.buffer(ofWorker: worker)
      for row in rows {
        let number = Double(term.rows[row])
        let factor = number * scales.numerators
        let square = FixedPointSums.fixed(number * number * scales.denominators)
        residuals.forEach(ofRow: row) { column, residual in
          sums[2 * column] &+= FixedPointSums.fixed(Double(residual) * factor)
          sums[2 * column + 1] &+= square
        }
      }
    }
  }
}

extension TermPasses {
  /// Runs a body on this rank's row blocks, each on whichever thread is free, with the rows of the block
  /// counted from this rank's first, and keeps its results.
  private func forEachRowBlock(_ body: @escaping @Sendable (_ rows: Range<Int>) -> BlockResult) {
    forEachBlock { block, rows, _ in self.blockResults[block] = body(rows) }
  }

  private func forEachBlock(
    _ body: @escaping @Sendable (_ block: Int, _ rows: Range<Int>, _ worker: Int) -> Void
  ) {
    let blocks = data.rowBlocks
    let next = Atomic(0)
    pool.run { worker in
      self.clocks[worker].measure(\.compute) {
        while true {
          let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard block < blocks.count else { return }
          body(block, self.rows(ofBlock: blocks.lowerBound + block), worker)
        }
      }
    }
  }

  /// Measures the time of what the first thread does for the others.
  private func communicating<Result>(
    _ body: () throws(MPIError) -> Result
  ) throws(MPIError) -> Result {
    let begin = MonotonicClock.seconds
    defer { clocks[0].rotation += MonotonicClock.seconds - begin }
    return try body()
  }
}

extension TermPasses.BlockResult {
  @inline(__always)
  fileprivate mutating func add(_ found: Residuals.RowSums) {
    squaredError += Double(found.squaredError)
    largestResidualSquare = max(largestResidualSquare, found.largestSquare)
  }
}

extension ParallelArray<TermPasses.BlockResult> {
  fileprivate func largest(_ quantity: KeyPath<Value, Float>) -> Float {
    all.reduce(0) { max($0, $1[keyPath: quantity]) }
  }
}

extension Float {
  /// Goes to the x at which Σ (r − x v)² with x's penalty is least, where there is one.
  ///
  /// - Parameters:
  ///   - numerator: Σ r v.
  ///   - denominator: Σ v².
  ///   - penalty: the penalty of x.
  ///   - multiplier: what the penalty is multiplied by.
  /// - Returns: by how much that has fallen, at the least; without λ₁ and bounds, exactly.
  @inline(__always)
  fileprivate mutating func minimize(
    _ numerator: Float, _ denominator: Float, _ penalty: TermPenalties.Penalty,
    times multiplier: Float
  ) -> Double {
    let curvature = denominator + penalty.squared * multiplier
    guard curvature != 0 else { return 0 }
    // The soft threshold of λ₁ |x|; what is not a number stays so.
    let threshold = penalty.absolute * multiplier / 2
    let beyond = threshold > abs(numerator) ? 0 : abs(numerator) - threshold
    var best = (numerator < 0 ? -beyond : beyond) / curvature
    if penalty.isNonNegative && best < 0 { best = 0 }
    let way = Double(best - self)
    self = best
    return way * way * Double(curvature)
  }
}
