import Factorization
import Glibc
import MPI
import Synchronization

/// Runs sweeps: the visits of this rank's row blocks to column blocks in the order of a plan, on several
/// threads, while the column blocks rotate.
///
/// Every thread takes whichever of the rank's row blocks is free and has its next column block here, in the order
/// that `RowBlockQueue` describes. It waits for nothing else. So there is no barrier and no fixed
/// share of the work that a slow thread could hold up; and since each row block and each column block
/// sees its visits in the order of sub-epochs, the result is that of the serial replay.
final class SweepRunner: @unchecked Sendable {
  // Sendable: clocks and sums are written by one worker at a time, the clock's own or the one that has
  // taken the row block, and read after all have ended.

  /// What is done with one block; returns the errors of its ratings.
  typealias Visit =
    @Sendable (_ worker: Int, _ rowBlock: Int, _ columnBlock: Int, FactorView) -> ErrorSums

  private static let secondsBetweenProgress = 20e-6

  private let rotation: Rotation
  private let rowBlocks: Range<Int>
  /// The threads, also for solvers that do not sweep.
  let pool: WorkerPool
  private let queue: RowBlockQueue
  private let sums: ParallelArray<ErrorSums>
  private let workerClocks: ParallelArray<WorkerClock>
  /// Called by this rank's first thread after each of its visits, with the share of the sweep that is done.
  var onProgress: (@Sendable (Double) -> Void)?

  /// Prepares sweeps on at most so many threads; no more work than there are row blocks.
  ///
  /// Where `cpus` are given, as many as threads, each thread but the calling one keeps to one of them.
  init(
    rotation: Rotation, rowBlocks: Range<Int>, blockCount: Int, threads: Int, cpus: [Int]?,
    overlaps: Bool
  ) {
    self.rotation = rotation
    self.rowBlocks = rowBlocks
    pool = WorkerPool(workers: max(1, min(threads, rowBlocks.count)), cpus: cpus)
    queue = RowBlockQueue(rowBlocks: rowBlocks, blockCount: blockCount, overlaps: overlaps)
    sums = ParallelArray(repeating: ErrorSums(), count: rowBlocks.count)
    workerClocks = ParallelArray(repeating: WorkerClock(), count: pool.workers)
  }

  /// The threads that work.
  var workers: Int { pool.workers }

  /// What each thread's time went into in the last sweep.
  var clocks: [WorkerClock] { workerClocks.all }

  /// Makes all visits in the order of a plan, and lets the column blocks go to where the next sweep begins.
  ///
  /// Every rank calls it with the same itinerary and rounding.
  ///
  /// - Returns: the sums over each of this rank's row blocks, added in the order of sub-epochs.
  func sweep(
    _ itinerary: Itinerary, rounding: StochasticRounding?, visit: @escaping Visit
  ) throws(MPIError) -> [ErrorSums] {
    let problem = Mutex<MPIError?>(nil)
    let isFailed = Atomic(false)
    sums.reset(to: ErrorSums())
    try rotation.begin(itinerary, rounding: rounding)
    queue.restart(itinerary, rotation)
    pool.run { worker in
      do throws(MPIError) {
        self.workerClocks[worker] = try self.work(worker, itinerary.plan, isFailed, visit)
      } catch {
        problem.withLock { $0 = $0 ?? error }
        isFailed.store(true, ordering: .relaxed)
      }
    }
    if let error = problem.withLock({ $0 }) { throw error }
    rotation.end()
    return sums.all
  }

  /// Runs a body once for each of this rank's row blocks, each thread on neighbouring ones, which are
  /// always the same.
  func forEachRowBlock(_ body: @escaping @Sendable (_ worker: Int, _ rowBlock: Int) -> Void) {
    pool.run { [rowBlocks, workers] worker in
      let count = rowBlocks.count
      for index in worker * count / workers..<(worker + 1) * count / workers {
        body(worker, rowBlocks.lowerBound + index)
      }
    }
  }

  /// One worker's part of a sweep.
  private func work(
    _ worker: Int, _ plan: EpochPlan, _ isFailed: borrowing Atomic<Bool>, _ visit: Visit
  ) throws(MPIError) -> WorkerClock {
    var clock = WorkerClock()
    let all = rowBlocks.count * plan.blockCount
    var cursor = RowBlockQueue.Cursor()
    var nextProgress = 0.0
    while !queue.isEmpty, !isFailed.load(ordering: .relaxed) {
      guard let task = queue.take(&cursor, rotation) else {
        try clock.measure(\.waiting) { () throws(MPIError) in
          try rotation.progress()
          sched_yield()
        }
        continue
      }
      let (row, column) = (task.rowBlock, task.columnBlock)
      clock.measure(\.compute) {
        sums[row - rowBlocks.lowerBound] += visit(worker, row, column, rotation.vectors(of: column))
      }
      let (done, mayMoveOn) = queue.finish(task, plan)
      try clock.measure(\.rotation) { () throws(MPIError) in
        for row in mayMoveOn {
          try rotation.passOn(
            plan.columnBlock(ofRowBlock: row, inSubEpoch: task.subEpoch),
            afterSubEpoch: task.subEpoch)
        }
        // Where blocks are tiny, to look after the transfers takes longer than to train one.
        let now = MonotonicClock.seconds
        guard now >= nextProgress else { return }
        nextProgress = now + Self.secondsBetweenProgress
        try rotation.progress()
      }
      if worker == 0 { onProgress?(Double(done) / Double(all)) }
    }
    try clock.measure(\.waiting) { () throws(MPIError) in
      while !rotation.isComplete, !isFailed.load(ordering: .relaxed) {
        try rotation.progress()
        sched_yield()
      }
    }
    return clock
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
