import Factorization
import MPI

/// W and H of a run, spread over the ranks: each rank has the rows of W that belong to its row blocks
/// and, at any time, some of the column blocks of H.
final class DistributedFactors: @unchecked Sendable {
  // Sendable: during a sweep each worker touches the rows of its own row blocks only.

  /// Where the factors started.
  let start: FactorStart
  let rotation: Rotation
  let runner: SweepRunner
  private(set) var rows: FactorBlock
  let data: TrainingData
  private let regularization: Regularization
  /// The layout of the vectors.
  let shape: FactorShape

  /// Creates random factors.
  ///
  /// Collective.
  init(
    _ communicator: borrowing Communicator, data: TrainingData, options: TrainingOptions,
    threads: Int
  ) throws(MPIError) {
    self.data = data
    regularization = options.regularization
    shape = options.shape
    let start = FactorStart(data.statistics, options)
    self.start = start

    let initial = { (center: Float, stream: RandomStream) in
      InitialFactors(
        factors: options.factors, center: center, deviation: start.deviation, seed: options.seed,
        stream: stream)
    }
    let partition = data.grid.rows
    let own = data.rowBlocks
    rows = FactorBlock(
      shape: options.shape,
      capacity: partition.starts[own.upperBound] - partition.starts[own.lowerBound])
    rows.initialize(own, of: partition, from: initial(start.center.rows, .initialRowFactors)) {
      data.rowDegrees[$0] > 0
    }
    rotation = try Rotation(
      communicator: communicator, ownership: data.ownership, partition: data.grid.columns,
      shape: options.shape, wire: options.wire,
      start: initial(start.center.columns, .initialColumnFactors),
      isTrained: { data.columnDegrees[$0] > 0 })
    runner = SweepRunner(
      rotation: rotation, rowBlocks: own, blockCount: options.blocks, threads: threads,
      cpus: try communicator.cpus(forThreads: threads), overlaps: options.overlaps)
  }

  /// Makes all visits of this rank's row blocks that a plan has.
  ///
  /// Every rank calls it with the same plan, the plan of the next sweep where that is known, and rounding of
  /// what travels.
  ///
  /// - Returns: the sums over each of this rank's row blocks, added in the order of sub-epochs.
  func sweep(
    _ plan: EpochPlan, before next: EpochPlan?, rounding: StochasticRounding? = nil,
    visit:
      @escaping @Sendable (
        _ worker: Int, _ block: BlockVisitor.Block, _ rows: FactorView, _ columns: FactorView
      ) -> ErrorSums
  ) throws(MPIError) -> [ErrorSums] {
    let starts = data.grid.rows.starts
    let first = starts[data.rowBlocks.lowerBound]
    let view = rows.view
    let itinerary = Itinerary(plan: plan, next: next)
    return try runner.sweep(itinerary, rounding: rounding) { worker, row, column, columns in
      visit(worker, (row, column), view.advanced(by: starts[row] - first), columns)
    }
  }

  /// The vectors of one of this rank's row blocks.
  func rowVectors(of block: Int) -> FactorView {
    let starts = data.grid.rows.starts
    return rows.view.advanced(by: starts[block] - starts[data.rowBlocks.lowerBound])
  }

  /// The total of sums over row blocks, the same for any number of ranks.
  ///
  /// Collective.
  func total(
    _ sums: [ErrorSums], _ communicator: borrowing Communicator
  ) throws(MPIError) -> ErrorSums {
    var slots = SlotSums(blockCount: data.grid.blockCount, quantities: 2)
    for (row, sum) in zip(data.rowBlocks, sums) {
      slots[row, 0] = sum.cost
      slots[row, 1] = sum.squaredError
    }
    let totals = try slots.totals(communicator)
    var total = ErrorSums()
    total.cost = totals[0]
    total.squaredError = totals[1]
    return total
  }

  /// The penalties of all factors and biases; not a number where any of these is not finite.
  ///
  /// Collective.
  func penalty(_ communicator: borrowing Communicator) throws(MPIError) -> Double {
    let (rows, held) = (data.rowBlocks, rotation.held)
    let penalties = ParallelArray(repeating: 0.0, count: rows.count + held.count)
    let workers = runner.pool.workers
    runner.pool.run { worker in
      for index in stride(from: worker, to: rows.count + held.count, by: workers) {
        penalties[index] =
          index < rows.count
          ? self.penalty(ofRowBlock: rows.lowerBound + index)
          : self.penalty(ofColumnBlock: held[index - rows.count])
      }
    }
    var slots = SlotSums(blockCount: data.grid.blockCount, quantities: 2)
    for (index, block) in rows.enumerated() { slots[block, 0] = penalties[index] }
    for (index, block) in held.enumerated() { slots[block, 1] = penalties[rows.count + index] }
    let totals = try slots.totals(communicator)
    return totals[0] + totals[1]
  }

  private func penalty(ofRowBlock block: Int) -> Double {
    penalty(ofRow: true, data.grid.rows, block, rowVectors(of: block))
  }

  private func penalty(ofColumnBlock block: Int) -> Double {
    penalty(ofRow: false, data.grid.columns, block, rotation.vectors(of: block))
  }

  private func penalty(
    ofRow isRow: Bool, _ partition: BlockPartition, _ block: Int, _ view: FactorView
  ) -> Double {
    let degrees = isRow ? data.rowDegrees : data.columnDegrees
    var sum = 0.0
    for (offset, position) in partition.positions(ofBlock: block).enumerated() {
      let degree = degrees[Int(partition.indices[position])]
      sum += regularization.penalty(of: view, at: offset, degree: degree, isRow: isRow)
    }
    return sum
  }

  /// Whether all factors of the rows, or all of the columns, are zero, so that no product is anything else.
  ///
  /// Collective.
  func areZero(_ communicator: borrowing Communicator) throws(MPIError) -> Bool {
    func isNonzero(_ view: FactorView, _ count: Int) -> Bool {
      (0..<count).contains { index in view.vector(index).contains { $0 != 0 } }
    }
    let hasRows = isNonzero(rows.view, rows.count)
    let hasColumns = rotation.held.contains { block in
      isNonzero(rotation.vectors(of: block), data.grid.columns.positions(ofBlock: block).count)
    }
    let anyRows = try communicator.allReduce(hasRows, .logicalOr)
    let anyColumns = try communicator.allReduce(hasColumns, .logicalOr)
    return !anyRows || !anyColumns
  }

  // MARK: Undoing an epoch

  /// A copy of all factors that this rank holds between sweeps.
  struct Snapshot {
    fileprivate var rows: [Float] = []
    fileprivate var columns = Rotation.Snapshot()
  }

  /// Copies the factors, into the memory that the snapshot has already: fresh memory for each epoch costs
  /// more than the copy.
  ///
  /// Does not communicate.
  func copy(into snapshot: inout Snapshot) {
    snapshot.rows.removeAll(keepingCapacity: true)
    snapshot.rows += rows.floats
    rotation.copy(into: &snapshot.columns)
  }

  /// Goes back to the factors of a snapshot.
  ///
  /// Does not communicate; every rank must do it.
  func restore(_ snapshot: Snapshot) {
    _ = rows.floats.update(fromContentsOf: snapshot.rows)
    rotation.restore(snapshot.columns)
  }
}
