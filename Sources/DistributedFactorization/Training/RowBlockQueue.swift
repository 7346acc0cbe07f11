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

  private let rowBlocks: Range<Int>
  /// For each row block twice its sub-epoch, and one more while a worker has it.
  private let states: AtomicArray
  private let finished = Atomic(0)

  init(rowBlocks: Range<Int>) {
    self.rowBlocks = rowBlocks
    states = AtomicArray(repeating: 0, count: rowBlocks.count)
  }

  /// Puts all row blocks before their first sub-epoch, while no worker runs.
  func restart() {
    for index in 0..<rowBlocks.count { states[index] = 0 }
    finished.store(0, ordering: .relaxed)
  }

  /// Whether all visits are done or have been taken.
  func isEmpty(_ plan: EpochPlan) -> Bool {
    finished.load(ordering: .relaxed) == rowBlocks.count * plan.blockCount
  }

  /// Takes a row block whose next column block is here: the one that is furthest behind, and among equals
  /// one whose column block leaves the rank afterwards, so that it travels while others are trained.
  ///
  /// - Returns: nil where there is none at the moment.
  func take(_ plan: EpochPlan, _ rotation: Rotation) -> Task? {
    var best: (index: Int, state: Int, task: Task)?
    var bestLeaves = false
    for index in 0..<rowBlocks.count {
      let state = states[index]
      let subEpoch = state >> 1
      guard state & 1 == 0, subEpoch < plan.blockCount, state <= best?.state ?? .max else {
        continue
      }
      let row = rowBlocks.lowerBound + index
      let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
      guard rotation.isHere(column, inSubEpoch: subEpoch) else { continue }
      let leaves = rotation.leaves(column, afterSubEpoch: subEpoch)
      if let best, best.state == state, bestLeaves || !leaves { continue }
      best = (index, state, Task(rowBlock: row, columnBlock: column, subEpoch: subEpoch))
      bestLeaves = leaves
    }
    guard let best, states.exchange(at: best.index, best.state, for: best.state + 1) else {
      return nil
    }
    return best.task
  }

  /// Gives a row block back after the visit, before its next sub-epoch.
  ///
  /// - Returns: how many visits of the sweep are done.
  func finish(_ task: Task) -> Int {
    states[task.rowBlock - rowBlocks.lowerBound] = 2 * (task.subEpoch + 1)
    return finished.wrappingAdd(1, ordering: .relaxed).newValue
  }
}
