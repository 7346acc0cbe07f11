import Factorization
import MPI
import Synchronization

/// One half of an iteration of ALS: the rows that this rank solves for, or the columns, which are the rows
/// of the transposed matrix.
final class ALSSide: @unchecked Sendable {
  // Sendable: each worker has its own equations and clock, and rows of its own while it solves for them.

  /// The positions of this rank's rows.
  let own: Range<Int>
  private let ratings: CompressedRows
  private let isRow: Bool
  private let regularization: Regularization
  private let mean: Float
  private let cells: CellWeights
  private let shape: FactorShape
  /// The number of rows of each rank.
  private let counts: [Int]
  private let otherCount: Int
  private let equations: [NormalEquations]
  /// Of the other side's vectors, where absent cells count.
  private let gram: GramMatrix?

  private static let rowsAtOnce = 8

  /// Prepares one side.
  ///
  /// - Parameters:
  ///   - ratings: this rank's ratings.
  ///   - partition: how the rows are divided into blocks, of which each rank has those of its row blocks.
  ///   - isRow: whether they are the rows of W.
  ///   - problem: what is solved.
  ///   - communicator: the ranks.
  init(
    _ ratings: CompressedRows, _ partition: BlockPartition, isRow: Bool, _ problem: SolverProblem,
    _ communicator: borrowing Communicator
  ) {
    self.ratings = ratings
    self.isRow = isRow
    regularization = problem.options.regularization
    mean = problem.factors.start.mean
    guard let cells = CellWeights(problem.options.loss) else {
      preconditionFailure("least squares need a squared loss")
    }
    self.cells = cells
    shape = problem.factors.shape
    let ownership = problem.data.ownership
    let ranges = (0..<communicator.size).map { rank in
      let blocks = ownership.rowBlocks(ofRank: rank)
      return partition.starts[blocks.lowerBound]..<partition.starts[blocks.upperBound]
    }
    own = ranges[communicator.rank]
    counts = ranges.map(\.count)
    let grid = problem.data.grid
    otherCount = (isRow ? grid.columns : grid.rows).indices.count
    equations = (0..<problem.factors.runner.workers).map { _ in
      NormalEquations(problem.factors.shape)
    }
    gram = cells.countsAbsent ? GramMatrix(problem.factors.shape) : nil
  }

  /// Replaces this rank's rows by the solutions of their least-squares problems.
  ///
  /// Does not communicate.
  ///
  /// - Parameters:
  ///   - rows: this rank's rows.
  ///   - others: all vectors of the other side.
  ///   - work: where the time is noted.
  ///   - pool: the threads.
  ///   - onProgress: called by the first thread with the share that is done.
  func solve(
    for rows: FactorView, given others: FactorView, _ work: inout EpochWork, _ pool: WorkerPool,
    onProgress: @escaping @Sendable (Double) -> Void
  ) {
    let begin = MonotonicClock.seconds
    let clocks = ParallelArray(repeating: WorkerClock(), count: pool.workers)
    sumGram(of: others, pool, clocks)
    let next = Atomic(0)
    pool.run { [self] worker in
      clocks[worker].measure(\.compute) {
        while true {
          let first = next.wrappingAdd(Self.rowsAtOnce, ordering: .relaxed).oldValue
          guard first < ratings.count else { return }
          for row in first..<min(first + Self.rowsAtOnce, ratings.count) {
            solve(row, rows.advanced(by: row), others, equations[worker])
          }
          if worker == 0 { onProgress(Double(first) / Double(ratings.count)) }
        }
      }
    }
    let seconds = MonotonicClock.seconds - begin
    for (worker, clock) in clocks.all.enumerated() {
      work.clocks[worker].compute += clock.compute
      work.clocks[worker].waiting += seconds - clock.compute
    }
  }

  private var problem: NormalEquations.Problem {
    NormalEquations.Problem(mean: mean, cells: cells, gram: gram)
  }

  private func solve(
    _ row: Int, _ view: FactorView, _ others: FactorView, _ equations: NormalEquations
  ) {
    let range = ratings.range(ofRow: row)
    // A row without ratings stays zero.
    if range.isEmpty { return }
    equations.solve(
      for: view, (ratings.columns[range], ratings.values[range]), columns: others, problem,
      NormalEquations.Penalty(regularization, degree: range.count, isRow: isRow))
  }

  private func sumGram(
    of others: FactorView, _ pool: WorkerPool, _ clocks: ParallelArray<WorkerClock>
  ) {
    guard let gram else { return }
    let next = Atomic(0)
    pool.run { [self] worker in
      clocks[worker].measure(\.compute) {
        while true {
          let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard part < GramMatrix.partCount else { return }
          gram.sum(part: part, of: others, count: otherCount)
        }
      }
    }
    gram.finish(weight: cells.absentWeight)
  }

  /// Brings the rows of all ranks to every rank, by position.
  ///
  /// Collective.
  ///
  /// - Returns: the bytes that this rank has sent to others.
  func gather(
    _ rows: FactorView, into all: FactorView, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Int {
    try gather(rows.vectors, into: all.vectors, shape.stride, communicator)
    if let biases = rows.biases, let allBiases = all.biases {
      try gather(biases, into: allBiases, 1, communicator)
    }
    let floats = own.count * shape.floatsPerVector
    return floats * MemoryLayout<Float>.stride * (communicator.size - 1)
  }

  private func gather(
    _ floats: UnsafeMutablePointer<Float>, into all: UnsafeMutablePointer<Float>, _ width: Int,
    _ communicator: borrowing Communicator
  ) throws(MPIError) {
    let values = UnsafeBufferPointer(start: floats, count: own.count * width)
    let target = UnsafeMutableBufferPointer(start: all, count: counts.reduce(0, +) * width)
    try communicator.allGatherVarying(
      values.span, into: target.mutableSpan, counts: counts.map { $0 * width })
  }
}
