import Factorization
import Glibc
import MPI
import Synchronization

/// Runs sweeps: one visit to each block that this rank's row blocks have in the grid, on several
/// threads, while the column blocks rotate.
///
/// Every thread has some neighbouring row blocks to itself and takes them through the sub-epochs. It
/// waits for nothing but the column blocks that it needs next, whether another rank or another
/// thread trains them now. So there is no barrier, and since each row block and each column block
/// sees its visits in the order of sub-epochs, the result is that of the serial replay.
final class SweepRunner: @unchecked Sendable {
  // Sendable: each worker's clock is written by that worker alone and read after all have ended.

  private let rotation: Rotation
  private let rowBlocks: Range<Int>
  private let threads: Int
  /// Seconds that each thread spent in visits, and waiting for column blocks, in the last sweep.
  private(set) var clocks: [WorkerClock]
  /// Called by this rank's first thread after each of its sub-epochs, with the share of the sweep that
  /// it has behind it.
  var onProgress: (@Sendable (Double) -> Void)?

  init(rotation: Rotation, rowBlocks: Range<Int>, threads: Int) {
    self.rotation = rotation
    self.rowBlocks = rowBlocks
    self.threads = min(threads, rowBlocks.count)
    clocks = Array(repeating: WorkerClock(), count: self.threads)
  }

  /// The threads that work; no more than there are row blocks.
  var workers: Int { threads }

  /// Visits all blocks in the order of a plan.
  ///
  /// Every rank calls it with the same plan.
  func sweep(
    _ plan: EpochPlan,
    visit:
      @escaping @Sendable (_ worker: Int, _ rowBlock: Int, _ columnBlock: Int, FactorView) ->
      Void
  ) throws(MPIError) {
    let problem = Mutex<MPIError?>(nil)
    let isFailed = Atomic(false)
    let clocks = Mutex(self.clocks)
    try rotation.begin(plan)
    withoutActuallyEscaping(visit) { visit in
      withThreads(threads) { worker in
        do throws(MPIError) {
          let clock = try self.work(worker, plan, isFailed, visit)
          clocks.withLock { $0[worker] = clock }
        } catch {
          problem.withLock { $0 = $0 ?? error }
          isFailed.store(true, ordering: .relaxed)
        }
      }
    }
    if let error = problem.withLock({ $0 }) { throw error }
    self.clocks = clocks.withLock { $0 }
    rotation.end()
  }

  /// One worker's part of a sweep.
  private func work(
    _ worker: Int, _ plan: EpochPlan, _ isFailed: borrowing Atomic<Bool>,
    _ visit: (_ worker: Int, _ rowBlock: Int, _ columnBlock: Int, FactorView) -> Void
  ) throws(MPIError) -> WorkerClock {
    var clock = WorkerClock()
    for subEpoch in 0..<plan.blockCount {
      var pending = leavingFirst(rowBlocks(ofWorker: worker), plan, subEpoch)
      while !pending.isEmpty {
        if let next = pending.firstIndex(where: { rotation.isHere($0.column, inSubEpoch: subEpoch) }
        ) {
          let (row, column) = pending.remove(at: next)
          clock.measure(\.compute) { visit(worker, row, column, rotation.vectors(of: column)) }
          try clock.measure(\.rotation) { () throws(MPIError) in
            try rotation.passOn(column, afterSubEpoch: subEpoch)
            try rotation.progress()
          }
        } else {
          if isFailed.load(ordering: .relaxed) { return clock }
          try clock.measure(\.waiting) { () throws(MPIError) in
            try rotation.progress()
            sched_yield()
          }
        }
      }
      if worker == 0 { onProgress?(Double(subEpoch + 1) / Double(plan.blockCount)) }
    }
    return clock
  }

  /// A worker's blocks of a stratum, those first whose column blocks leave the rank afterwards: the
  /// rest is trained while they travel.
  private func leavingFirst(
    _ rows: Range<Int>, _ plan: EpochPlan, _ subEpoch: Int
  ) -> [(row: Int, column: Int)] {
    let blocks = rows.map { row in
      (row: row, column: plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch))
    }
    let leaving = blocks.filter { rotation.leaves($0.column, afterSubEpoch: subEpoch) }
    return leaving + blocks.filter { !rotation.leaves($0.column, afterSubEpoch: subEpoch) }
  }

  private func rowBlocks(ofWorker worker: Int) -> Range<Int> {
    let first = rowBlocks.lowerBound
    let count = rowBlocks.count
    return first + count * worker / threads..<first + count * (worker + 1) / threads
  }
}

/// What one worker's time went into, in seconds.
struct WorkerClock: Sendable {
  /// Visiting blocks.
  var compute = 0.0
  /// Sending and receiving column blocks.
  var rotation = 0.0
  /// Waiting for column blocks.
  var waiting = 0.0

  /// Runs a body and adds the time it took.
  mutating func measure<Failure: Error>(
    _ part: WritableKeyPath<WorkerClock, Double>, _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    let begin = MonotonicClock.seconds
    try body()
    self[keyPath: part] += MonotonicClock.seconds - begin
  }
}
