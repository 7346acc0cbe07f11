import Factorization
import MPI

/// Alternating least squares: each row of W is solved for given H, then each column of H given W.
///
/// Sources: Zhou, Wilkinson, Schreiber, Pan, "Large-scale Parallel Collaborative Filtering for the Netflix
/// Prize", AAIM 2008, with λ times the number of ratings; Hu, Koren, Volinsky, "Collaborative Filtering for
/// Implicit Feedback Datasets", ICDM 2008, over all cells. Biases are unknowns too: a row's is solved for
/// together with its vector.
///
/// Each rank solves for its own rows, and for the columns of the column blocks that have the numbers of its
/// row blocks; it has the ratings of both. After each half what was solved for comes to every rank. A row is
/// solved for by one thread in a fixed order, so that the result is the same bit for bit for any number of
/// ranks and threads.
final class ALS: Solver {
  private let factors: DistributedFactors
  private let rows: ALSSide
  private let columns: ALSSide
  /// The columns that this rank solves for.
  private let ownColumns: FactorBlock
  private let allColumns: FactorBlock
  /// Empty on a single rank, where all rows are in one piece already.
  private let allRows: FactorBlock
  /// Whether `allColumns` is what the factors are.
  private var knowsColumns = false

  /// Brings the ratings of each column to the rank that solves for it.
  ///
  /// Collective.
  init(_ problem: SolverProblem, _ communicator: borrowing Communicator) throws(MPIError) {
    let data = problem.data
    factors = problem.factors
    rows = ALSSide(
      CompressedRows(data.training), data.grid.rows, isRow: true, problem, communicator)
    columns = ALSSide(
      CompressedRows(try data.transposedTraining(communicator)), data.grid.columns, isRow: false,
      problem, communicator)
    ownColumns = FactorBlock(shape: factors.shape, capacity: columns.own.count)
    allColumns = factors.makeAllColumns()
    allRows = FactorBlock(
      shape: factors.shape, capacity: communicator.size == 1 ? 0 : data.grid.rows.indices.count)
  }

  /// Solves for all rows, then for all columns.
  func train(
    _ task: EpochTask, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochWork {
    let (runner, columnView) = (factors.runner, allColumns.view)
    let onProgress = runner.onProgress
    var work = EpochWork(clocks: Array(repeating: WorkerClock(), count: runner.workers))
    try work.communicate { () throws(MPIError) in try gatherColumns(communicator) }
    rows.solve(for: factors.rows.view, given: columnView, &work, runner.pool) {
      onProgress?($0 / 2)
    }
    if communicator.size > 1 {
      try work.communicate { () throws(MPIError) in
        try rows.gather(factors.rows.view, into: allRows.view, communicator)
      }
    }
    let rowView = communicator.size > 1 ? allRows.view : factors.rows.view
    ownColumns.view.copy(
      columns.own.count, from: columnView.advanced(by: columns.own.lowerBound))
    columns.solve(for: ownColumns.view, given: rowView, &work, runner.pool) {
      onProgress?(0.5 + $0 / 2)
    }
    try work.communicate { () throws(MPIError) in
      try columns.gather(ownColumns.view, into: columnView, communicator)
    }
    factors.setColumns(from: columnView)
    return work
  }

  /// Brings all columns here where they are not.
  ///
  /// - Returns: the bytes that this rank has sent to others.
  private func gatherColumns(_ communicator: borrowing Communicator) throws(MPIError) -> Int {
    if knowsColumns { return 0 }
    knowsColumns = true
    return try factors.gatherColumns(into: allColumns.view, communicator)
  }

  /// The factors have gone back to an earlier state.
  func restart() { knowsColumns = false }
}

extension EpochWork {
  /// Lets all workers wait for a transfer, and counts what this rank sends.
  fileprivate mutating func communicate(_ body: () throws(MPIError) -> Int) throws(MPIError) {
    let begin = MonotonicClock.seconds
    bytesSent += try body()
    let seconds = MonotonicClock.seconds - begin
    for worker in clocks.indices { clocks[worker].rotation += seconds }
  }
}
