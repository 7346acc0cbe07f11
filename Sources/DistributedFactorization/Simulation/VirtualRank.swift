import Factorization

/// A rank of a `VirtualSweep`: which column blocks are there, which row blocks are free, and what it has done.
final class VirtualRank: ColumnBlockPresence {
  let isAlone: Bool
  let queue: RowBlockQueue
  var cursors: [RowBlockQueue.Cursor]
  /// The workers that have no block at the moment.
  var idleWorkers: [Int]
  /// Memory for column blocks that is not in use.
  private var idleCarriers: Int
  /// Messages that have left that memory and were not waited for in the trace yet.
  private var sent: [TraceAction] = []
  /// When the link out of the rank, and that into it, has carried what was given to it so far.
  var (outgoingFree, incomingFree) = (0.0, 0.0)
  /// When its last visit or arrival was.
  private(set) var end = 0.0
  /// Seconds in which at least one worker had a block.
  private(set) var busySeconds = 0.0
  private(set) var actions: [TraceAction] = []

  private let arrivals: [Itinerary.Arrival]
  private var nextArrival = 0
  /// For each column block the sub-epoch for which it is ready here, or −1.
  private var here: [Int32]
  /// The messages that have come and were not waited for in the trace yet, by column block.
  private var unawaited: [Int: TraceAction] = [:]
  private let workers: Int
  /// Seconds of computing that are no action yet.
  private var computed = 0.0

  init(
    rank: Int, itinerary: Itinerary, ownership: BlockOwnership, homes: [Int], threads: Int,
    overlaps: Bool
  ) {
    let blockCount = ownership.blockCount
    let rowBlocks = ownership.rowBlocks(ofRank: rank)
    isAlone = ownership.ranks == 1
    workers = min(threads, rowBlocks.count)
    cursors = Array(repeating: RowBlockQueue.Cursor(), count: workers)
    idleWorkers = Array((0..<workers).reversed())
    idleCarriers = Rotation.capacity(rowBlocks: rowBlocks.count, of: blockCount) - rowBlocks.count
    here = Array(repeating: -1, count: blockCount)
    arrivals = itinerary.arrivals(atRank: rank, ownership, homes: homes)
    queue = RowBlockQueue(rowBlocks: rowBlocks, blockCount: blockCount, overlaps: overlaps)
    queue.restart(itinerary, self)
  }

  func isHere(_ columnBlock: Int, inSubEpoch subEpoch: Int) -> Bool {
    here[columnBlock] == Int32(subEpoch)
  }

  /// Notes that a column block is ready for a sub-epoch, or has left.
  func set(_ columnBlock: Int, readyFor subEpoch: Int?) {
    here[columnBlock] = Int32(subEpoch ?? -1)
  }

  /// The next message that it has memory for, which is then in use; nil where there is none or no memory.
  func nextReceive() -> Itinerary.Arrival? {
    guard nextArrival < arrivals.count, idleCarriers > 0 else { return nil }
    nextArrival += 1
    idleCarriers -= 1
    if let wait = sent.popLast() { act(wait) }
    return arrivals[nextArrival - 1]
  }

  /// Notes that a message has left its memory, to be waited for before something else comes there.
  func free(_ wait: TraceAction) {
    idleCarriers += 1
    sent.append(wait)
  }

  /// Lets time pass up to an event here.
  func advance(to time: Double) {
    if idleWorkers.count < workers {
      computed += time - end
      busySeconds += time - end
    }
    end = time
  }

  /// Notes an action, after the computing before it.
  func act(_ action: TraceAction) {
    if computed > 0 { actions.append(.compute(seconds: computed)) }
    computed = 0
    actions.append(action)
  }

  /// Notes that a message has come, to be waited for by whoever visits the block first.
  func arrive(_ columnBlock: Int, _ wait: TraceAction) { unawaited[columnBlock] = wait }

  /// Notes that a block is visited now.
  func beginVisit(of columnBlock: Int) {
    if let wait = unawaited.removeValue(forKey: columnBlock) { act(wait) }
  }

  /// Notes the waiting for what has come for the next sweep, and for what was sent.
  func finish() { act(.waitForAll) }
}
