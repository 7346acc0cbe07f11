import Factorization

/// A sweep of all ranks in virtual time, without MPI and without ratings.
///
/// It is the real sweep as far as it decides anything: `Itinerary` says where column blocks go, `RowBlockQueue` which
/// block a worker takes next, and a rank receives ahead as far as its memory goes, as in `Rotation`. Only time is
/// virtual: a visit takes what it is said to take, and a message what the alpha-beta model says, one after another
/// on each link out of a rank and into it.
final class VirtualSweep {
  /// What takes how long.
  struct Costs {
    /// Threads of each rank.
    let threads: Int
    let network: Network
    /// Whether column blocks may travel while others are visited.
    let overlaps: Bool
    /// The seconds of a visit.
    let visitSeconds: (_ rowBlock: Int, _ columnBlock: Int) -> Double
    /// The bytes of each column block.
    let columnBytes: [Int]
  }

  private enum Event {
    case visited(rank: Int, worker: Int, RowBlockQueue.Task)
    case sent(rank: Int, target: Int, tag: Int)
    case arrived(rank: Int, message: Message)
  }

  private struct Message: Hashable {
    let columnBlock: Int
    let subEpoch: Int
    let source: Int
  }

  /// Tags repeat after so many sub-epochs, which keeps them small.
  private static let taggedSubEpochs = 64

  private let itinerary: Itinerary
  private let ownership: BlockOwnership
  private let costs: Costs
  private var events = EventQueue<Event>()
  /// Messages that are sent and not received yet, with their time, or the other way round.
  private var offered: [Message: Double] = [:]
  private var expected: Set<Message> = []
  /// The ranks, with what they did.
  let ranks: [VirtualRank]

  /// Makes all visits.
  ///
  /// - Parameters:
  ///   - itinerary: the order of the visits.
  ///   - ownership: which rank owns which row blocks.
  ///   - homes: the rank at which each column block is before the sweep.
  ///   - costs: what takes how long.
  init(_ itinerary: Itinerary, _ ownership: BlockOwnership, homes: [Int], _ costs: Costs) {
    self.itinerary = itinerary
    self.ownership = ownership
    self.costs = costs
    ranks = (0..<ownership.ranks).map {
      VirtualRank(
        rank: $0, itinerary: itinerary, ownership: ownership, homes: homes,
        threads: costs.threads, overlaps: costs.overlaps)
    }
    for (block, rank) in homes.enumerated() { move(block, from: rank, toSubEpoch: 0, at: 0) }
    for rank in ranks.indices {
      receive(rank, at: 0)
      takeWork(rank, at: 0)
    }
    while let (time, event) = events.pop() { handle(event, at: time) }
    precondition(ranks.allSatisfy(\.queue.isEmpty), "all visits are made")
    for rank in ranks { rank.finish() }
  }

  /// The seconds of the whole sweep.
  var seconds: Double { ranks.map(\.end).max() ?? 0 }

  /// The rank at which each column block is after the sweep.
  var homes: [Int] {
    (0..<ownership.blockCount).map {
      itinerary.rank(ofColumnBlock: $0, inSubEpoch: itinerary.last, ownership)
    }
  }

  private func handle(_ event: Event, at time: Double) {
    switch event {
    case .visited(let rank, let worker, let task):
      finish(task, of: worker, on: rank, at: time)
    case .sent(let rank, let target, let tag):
      ranks[rank].free(.waitForSend(to: target, tag: tag))
      // Where all workers have a block, nobody looks after transfers before one is done with it.
      if !ranks[rank].idleWorkers.isEmpty { receive(rank, at: time) }
    case .arrived(let rank, let message):
      ranks[rank].advance(to: time)
      ranks[rank].set(message.columnBlock, readyFor: message.subEpoch)
      ranks[rank].arrive(
        message.columnBlock, .wait(from: message.source, tag: tag(of: message)))
      takeWork(rank, at: time)
    }
  }

  private func takeWork(_ rank: Int, at time: Double) {
    let state = ranks[rank]
    while let worker = state.idleWorkers.last,
      let task = state.queue.take(&state.cursors[worker], state)
    {
      state.advance(to: time)
      state.beginVisit(of: task.columnBlock)
      state.idleWorkers.removeLast()
      events.push(
        .visited(rank: rank, worker: worker, task),
        at: time + costs.visitSeconds(task.rowBlock, task.columnBlock))
    }
  }

  private func finish(
    _ task: RowBlockQueue.Task, of worker: Int, on rank: Int, at time: Double
  ) {
    let state = ranks[rank]
    state.advance(to: time)
    state.idleWorkers.append(worker)
    let mayMoveOn = state.queue.finish(task, itinerary.plan).mayMoveOn
    for row in mayMoveOn where task.subEpoch < itinerary.last {
      let column = itinerary.columnBlock(ofRowBlock: row, inSubEpoch: task.subEpoch)
      move(column, from: rank, toSubEpoch: task.subEpoch + 1, at: time)
    }
    receive(rank, at: time)
    takeWork(rank, at: time)
  }

  private func move(_ columnBlock: Int, from rank: Int, toSubEpoch subEpoch: Int, at time: Double) {
    let target = itinerary.rank(ofColumnBlock: columnBlock, inSubEpoch: subEpoch, ownership)
    if target == rank { return ranks[rank].set(columnBlock, readyFor: subEpoch) }
    let message = Message(columnBlock: columnBlock, subEpoch: subEpoch, source: rank)
    ranks[rank].set(columnBlock, readyFor: nil)
    ranks[rank].act(
      .send(to: target, tag: tag(of: message), bytes: costs.columnBytes[columnBlock]))
    if expected.remove(message) != nil {
      transfer(message, to: target, at: time)
    } else {
      offered[message] = time
    }
  }

  private func receive(_ rank: Int, at time: Double) {
    while let arrival = ranks[rank].nextReceive() {
      let message = Message(
        columnBlock: arrival.columnBlock, subEpoch: arrival.subEpoch, source: arrival.source)
      ranks[rank].act(
        .receive(
          from: arrival.source, tag: tag(of: message),
          bytes: costs.columnBytes[arrival.columnBlock]))
      if offered.removeValue(forKey: message) != nil {
        transfer(message, to: rank, at: time)
      } else {
        expected.insert(message)
      }
    }
  }

  private func transfer(_ message: Message, to target: Int, at time: Double) {
    let (source, network) = (ranks[message.source], costs.network)
    let begin = max(time, source.outgoingFree, ranks[target].incomingFree)
    let end = begin + Double(costs.columnBytes[message.columnBlock]) / network.bytesPerSecond
    source.outgoingFree = end
    ranks[target].incomingFree = end
    events.push(.sent(rank: message.source, target: target, tag: tag(of: message)), at: end)
    events.push(.arrived(rank: target, message: message), at: end + network.latencySeconds)
  }

  private func tag(of message: Message) -> Int {
    message.subEpoch % Self.taggedSubEpochs * ownership.blockCount + message.columnBlock
  }
}
