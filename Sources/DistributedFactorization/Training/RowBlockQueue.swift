import Factorization
import Synchronization

/// Knows which column blocks are ready to be visited on a rank.
protocol ColumnBlockPresence {
  /// Whether there is no other rank.
  var isAlone: Bool { get }
  /// Whether a column block is ready to be visited in a sub-epoch.
  func isHere(_ columnBlock: Int, inSubEpoch subEpoch: Int) -> Bool
}

/// The row blocks of a rank during a sweep: in which sub-epoch each is, and whether a worker has it.
///
/// Workers take row blocks and give them back without a lock: whoever changes a block's state first has
/// it, and what its last worker wrote is seen by its next.
///
/// **Order.** Which of the blocks that can be visited comes first makes no difference to the result, but to how long
/// column blocks may travel. First are visits that hold up the earliest departure of a column block to another
/// rank; of those that hold up the same, the one furthest ahead, so that the first column blocks leave long before
/// the last. Where nothing leaves any more, the row block that is furthest behind is first, so that all threads have
/// work to the end.
///
/// **Without overlap** a sub-epoch begins when all of its column blocks are here, and these move on when all of
/// its visits are done: communication and computing take turns, as in the first DSGD. For measuring what overlap
/// gains.
final class RowBlockQueue: @unchecked Sendable {
  // Sendable because everything that changes while workers run is atomic.

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
  /// Whether column blocks may travel while others are visited.
  let overlaps: Bool
  /// For each row block twice its sub-epoch, and one more while a worker has it.
  private let states: AtomicArray
  /// For each row block its next column block.
  private let columns: AtomicArray
  /// For each row block and sub-epoch the first departure that the visit holds up.
  ///
  /// That is, the first sub-epoch after which a column block leaves the rank that cannot leave before this visit; the
  /// number of sub-epochs where there is none. Empty where there is no other rank.
  private var departures: [UInt16] = []
  /// For each sub-epoch how many row blocks are through it.
  private let finished: AtomicArray
  private let visits = Atomic(0)

  init(rowBlocks: Range<Int>, blockCount: Int, overlaps: Bool = true) {
    self.rowBlocks = rowBlocks
    self.blockCount = blockCount
    self.overlaps = overlaps
    states = AtomicArray(repeating: 0, count: rowBlocks.count)
    columns = AtomicArray(repeating: 0, count: rowBlocks.count)
    finished = AtomicArray(repeating: 0, count: blockCount)
  }

  /// Puts all row blocks before their first sub-epoch, while no worker runs.
  func restart(_ itinerary: Itinerary, _ presence: some ColumnBlockPresence) {
    if !presence.isAlone { departures = departures(itinerary) }
    for subEpoch in 0..<blockCount { finished[subEpoch] = 0 }
    for index in 0..<rowBlocks.count {
      columns[index] = itinerary.columnBlock(
        ofRowBlock: rowBlocks.lowerBound + index, inSubEpoch: 0)
      states[index] = 0
    }
    visits.store(0, ordering: .relaxed)
  }

  /// Whether all visits are done.
  var isEmpty: Bool { visits.load(ordering: .relaxed) == rowBlocks.count * blockCount }

  /// Takes the first row block, in the order above, whose next column block is here.
  ///
  /// - Parameters:
  ///   - cursor: the worker's own, a fresh one in each sweep.
  ///   - presence: knows which column blocks are here.
  /// - Returns: nil where there is none at the moment.
  func take(_ cursor: inout Cursor, _ presence: some ColumnBlockPresence) -> Task? {
    while cursor.floor < blockCount, finished[cursor.floor] == rowBlocks.count { cursor.floor += 1 }
    guard overlaps || areAllHere(inSubEpoch: cursor.floor, presence) else { return nil }
    var best: (index: Int, state: Int, order: (departure: Int, distance: Int))?
    for step in 0..<rowBlocks.count {
      let index = (cursor.index + step) % rowBlocks.count
      let state = states[index]
      guard state & 1 == 0, state < 2 * blockCount else { continue }
      let order = order(ofRowBlockAt: index, inSubEpoch: state >> 1)
      if let best, best.order <= order { continue }
      guard presence.isHere(columns[index], inSubEpoch: state >> 1) else { continue }
      best = (index, state, order)
      // There can be no better one.
      if presence.isAlone ? state == 2 * cursor.floor : order.departure == cursor.floor { break }
    }
    guard let best, states.exchange(at: best.index, best.state, for: best.state + 1) else {
      return nil
    }
    cursor.index = best.index + 1
    return Task(
      rowBlock: rowBlocks.lowerBound + best.index, columnBlock: columns[best.index],
      subEpoch: best.state >> 1)
  }

  /// Whether no row block waits for its column block of a sub-epoch that is the first unfinished one.
  private func areAllHere(
    inSubEpoch subEpoch: Int, _ presence: some ColumnBlockPresence
  ) -> Bool {
    (0..<rowBlocks.count).allSatisfy { index in
      let state = states[index]
      return state != 2 * subEpoch || presence.isHere(columns[index], inSubEpoch: subEpoch)
    }
  }

  /// Visits with lower numbers come first.
  private func order(
    ofRowBlockAt index: Int, inSubEpoch subEpoch: Int
  ) -> (departure: Int, distance: Int) {
    let departure =
      departures.isEmpty ? blockCount : Int(departures[index * blockCount + subEpoch])
    return (departure, departure < blockCount ? blockCount - subEpoch : subEpoch)
  }

  /// Gives a row block back after the visit, before its next sub-epoch.
  ///
  /// - Returns: how many visits of the sweep are done, and which row blocks' column blocks may move on after the
  ///   sub-epoch: this one's, or, without overlap, those of all when the last of them is done.
  func finish(_ task: Task, _ plan: EpochPlan) -> (visits: Int, mayMoveOn: Range<Int>) {
    let index = task.rowBlock - rowBlocks.lowerBound
    let next = task.subEpoch + 1
    if next < blockCount {
      columns[index] = plan.columnBlock(ofRowBlock: task.rowBlock, inSubEpoch: next)
    }
    states[index] = 2 * next
    let isSubEpochDone = finished.increment(at: task.subEpoch) == rowBlocks.count
    let mayMoveOn =
      overlaps
      ? task.rowBlock..<task.rowBlock + 1
      : isSubEpochDone ? rowBlocks : task.rowBlock..<task.rowBlock
    return (visits.wrappingAdd(1, ordering: .relaxed).newValue, mayMoveOn)
  }

  /// What each visit holds up, from the last sub-epoch back to the first.
  private func departures(_ itinerary: Itinerary) -> [UInt16] {
    var departures = [UInt16](repeating: 0, count: rowBlocks.count * blockCount)
    // What the visits from the next sub-epoch on hold up: those of each row block, and those of each column
    // block that is here then.
    var ofRows = [Int](repeating: blockCount, count: rowBlocks.count)
    var ofColumns = [(departure: Int, subEpoch: Int)](
      repeating: (blockCount, -1), count: blockCount)
    for subEpoch in (0...itinerary.last).reversed() {
      for index in 0..<rowBlocks.count {
        let column = itinerary.columnBlock(
          ofRowBlock: rowBlocks.lowerBound + index, inSubEpoch: subEpoch)
        let next = ofColumns[column]
        let stays = next.subEpoch == subEpoch + 1 || subEpoch == itinerary.last
        ofRows[index] = min(ofRows[index], stays ? next.departure : subEpoch)
        ofColumns[column] = (ofRows[index], subEpoch)
        guard subEpoch < blockCount else { continue }
        departures[index * blockCount + subEpoch] = UInt16(ofRows[index])
      }
    }
    return departures
  }
}
