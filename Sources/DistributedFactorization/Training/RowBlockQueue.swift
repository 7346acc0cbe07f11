import Factorization
import Synchronization

/// The row blocks of a rank during a sweep: in which sub-epoch each is, and whether a worker has it.
///
/// Workers take row blocks and give them back without a lock: whoever changes a block's state first has
/// it, and what its last worker wrote is seen by its next.
final class RowBlockQueue: Sendable {
  /// One block to visit.
  struct Task {
    let rowBlock: Int
    let columnBlock: Int
    let subEpoch: Int
  }

  /// Where a worker looks first.
  struct Cursor {
    fileprivate var index = 0
    /// No row block is before this sub-epoch.
    fileprivate var floor = 0
  }

  private let rowBlocks: Range<Int>
  private let blockCount: Int
  /// For each row block twice its sub-epoch, and one more while a worker has it.
  private let states: AtomicArray
  /// For each row block twice its next column block, and one more where that leaves the rank afterwards.
  private let columns: AtomicArray
  /// For each sub-epoch how many row blocks are through it.
  private let finished: AtomicArray
  private let visits = Atomic(0)

  init(rowBlocks: Range<Int>, blockCount: Int) {
    self.rowBlocks = rowBlocks
    self.blockCount = blockCount
    states = AtomicArray(repeating: 0, count: rowBlocks.count)
    columns = AtomicArray(repeating: 0, count: rowBlocks.count)
    finished = AtomicArray(repeating: 0, count: blockCount)
  }

  /// Puts all row blocks before their first sub-epoch, while no worker runs.
  func restart(_ plan: EpochPlan, _ rotation: Rotation) {
    for subEpoch in 0..<blockCount { finished[subEpoch] = 0 }
    for index in 0..<rowBlocks.count {
      columns[index] = column(ofRowBlockAt: index, inSubEpoch: 0, plan, rotation)
      states[index] = 0
    }
    visits.store(0, ordering: .relaxed)
  }

  /// Whether all visits are done.
  var isEmpty: Bool { visits.load(ordering: .relaxed) == rowBlocks.count * blockCount }

  /// Takes a row block whose next column block is here: the one that is furthest behind, and among equals
  /// one whose column block leaves the rank afterwards, so that it travels while others are trained.
  ///
  /// - Parameters:
  ///   - cursor: the worker's own, a fresh one in each sweep.
  ///   - rotation: knows which column blocks are here.
  /// - Returns: nil where there is none at the moment.
  func take(_ cursor: inout Cursor, _ rotation: Rotation) -> Task? {
    while cursor.floor < blockCount, finished[cursor.floor] == rowBlocks.count { cursor.floor += 1 }
    var best: (index: Int, state: Int, leaves: Bool)?
    for step in 0..<rowBlocks.count {
      let index = (cursor.index + step) % rowBlocks.count
      let state = states[index]
      guard state & 1 == 0, state < 2 * blockCount, state <= best?.state ?? .max else { continue }
      let column = columns[index]
      guard rotation.isHere(column >> 1, inSubEpoch: state >> 1) else { continue }
      let leaves = column & 1 == 1
      if let best, best.state == state, best.leaves || !leaves { continue }
      best = (index, state, leaves)
      // There can be no better one.
      if state == 2 * cursor.floor, leaves || rotation.isAlone { break }
    }
    guard let best, states.exchange(at: best.index, best.state, for: best.state + 1) else {
      return nil
    }
    cursor.index = best.index + 1
    return Task(
      rowBlock: rowBlocks.lowerBound + best.index, columnBlock: columns[best.index] >> 1,
      subEpoch: best.state >> 1)
  }

  /// Gives a row block back after the visit, before its next sub-epoch.
  ///
  /// - Returns: how many visits of the sweep are done.
  func finish(_ task: Task, _ plan: EpochPlan, _ rotation: Rotation) -> Int {
    let index = task.rowBlock - rowBlocks.lowerBound
    let next = task.subEpoch + 1
    if next < blockCount {
      columns[index] = column(ofRowBlockAt: index, inSubEpoch: next, plan, rotation)
    }
    states[index] = 2 * next
    finished.increment(at: task.subEpoch)
    return visits.wrappingAdd(1, ordering: .relaxed).newValue
  }

  private func column(
    ofRowBlockAt index: Int, inSubEpoch subEpoch: Int, _ plan: EpochPlan, _ rotation: Rotation
  ) -> Int {
    let column = plan.columnBlock(
      ofRowBlock: rowBlocks.lowerBound + index, inSubEpoch: subEpoch)
    return 2 * column + (rotation.leaves(column, afterSubEpoch: subEpoch) ? 1 : 0)
  }
}
