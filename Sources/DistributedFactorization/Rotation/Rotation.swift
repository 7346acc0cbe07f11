import Factorization
import MPI
import Synchronization

/// The movement of H's column blocks among the ranks during sweeps over the grid.
///
/// A rank waits only for the column blocks that its next work needs; there is no barrier. Both ends
/// of every message know the plan, so nothing is negotiated: a block is sent as soon as it is
/// trained, to the rank that trains it in the next sub-epoch, and receives are posted ahead as far
/// as memory goes.
///
/// **Memory.** A rank with q row blocks holds at most 2q column blocks. That is enough: receives are
/// posted in the order of sub-epochs, and the first one not yet posted, for sub-epoch s, finds room,
/// because at that time at most q blocks are on their way out to trainings of sub-epoch s or earlier,
/// and fewer than q others have reached s or a later sub-epoch here.
///
/// **Threads.** Workers call ``isHere(_:inSubEpoch:)`` without a lock; `passOn` and `progress` take
/// one, once for each block and never within a block's training, so MPI must offer `.serialized`.
final class Rotation: ColumnBlockPresence, @unchecked Sendable {
  // Sendable because `here` and `addresses` are published by atomic stores, and everything else
  // that changes while workers run is touched under `lock` only.

  private let communicator: Communicator
  private let ownership: BlockOwnership
  private let partition: BlockPartition
  private let lock = Mutex<Void>(())

  /// For each column block the sub-epoch for which it is ready on this rank, or `away`.
  private let here: AtomicArray
  private static let away = -1
  private let addresses: UnsafeMutablePointer<FactorView?>

  private var holders: [Carrier?]
  private var idle: [Carrier] = []
  private var travelling: [Carrier] = []
  private var nextTested = 0
  private static let testsAtOnce = 8
  /// The rank that holds each column block between sweeps.
  private var homes: [Int]
  private var itinerary: Itinerary
  /// How many column blocks have yet to arrive in the sweep.
  private let awaited = Atomic(0)
  private var arrivals: [Itinerary.Arrival] = []
  private var nextArrival = 0
  private var rounding: StochasticRounding?

  /// Bytes that this rank has sent so far.
  private(set) var bytesSent = 0

  /// How many column blocks a rank with so many of all row blocks has memory for.
  static func capacity(rowBlocks: Int, of blockCount: Int) -> Int { min(blockCount, 2 * rowBlocks) }

  /// Creates the column blocks with their initial factors, each on the rank of the row block with
  /// the same number.
  ///
  /// Collective.
  init(
    communicator: borrowing Communicator, ownership: BlockOwnership, partition: BlockPartition,
    shape: FactorShape, wire: WirePrecision, start: InitialFactors,
    isTrained: (_ index: Int) -> Bool
  ) throws(MPIError) {
    self.communicator = try communicator.duplicate()
    self.ownership = ownership
    self.partition = partition
    let blockCount = ownership.blockCount
    here = AtomicArray(repeating: Self.away, count: blockCount)
    addresses = .allocate(capacity: blockCount)
    addresses.initialize(repeating: nil, count: blockCount)
    holders = Array(repeating: nil, count: blockCount)
    homes = (0..<blockCount).map { ownership.rank(ofRowBlock: $0) }
    itinerary = Itinerary(plan: EpochPlan(cyclic: blockCount), next: nil)

    let own = ownership.rowBlocks(ofRank: communicator.rank)
    for _ in 0..<Self.capacity(rowBlocks: own.count, of: blockCount) {
      idle.append(
        Carrier(FactorBlock(shape: shape, capacity: partition.largestBlock), wire: wire))
    }
    for block in own {
      let carrier = idle.removeLast()
      carrier.fill(with: block, of: partition, start: start, isTrained: isTrained)
      hold(carrier)
    }
  }

  deinit { addresses.deallocate() }

  /// The column blocks that this rank holds between sweeps, in ascending order.
  var held: [Int] { held(byRank: communicator.rank) }

  /// The column blocks that a rank holds between sweeps, in ascending order.
  func held(byRank rank: Int) -> [Int] { homes.indices.filter { homes[$0] == rank } }

  /// The vectors of a column block that is held here or ready here.
  func vectors(of columnBlock: Int) -> FactorView {
    guard let view = addresses[columnBlock] else {
      preconditionFailure("column block \(columnBlock) is not here")
    }
    return view
  }

  // MARK: A sweep

  /// Starts a sweep: sends away the blocks that other ranks train first.
  ///
  /// Every rank calls it with the same itinerary and rounding; it does not wait for anybody.
  func begin(_ itinerary: Itinerary, rounding: StochasticRounding?) throws(MPIError) {
    self.itinerary = itinerary
    self.rounding = rounding
    arrivals = itinerary.arrivals(atRank: communicator.rank, ownership, homes: homes)
    awaited.store(arrivals.count, ordering: .relaxed)
    nextArrival = 0
    for block in held { try move(block, toSubEpoch: 0) }
    try progress()
  }

  /// Whether a column block is ready to be trained here in a sub-epoch.
  ///
  /// Takes no lock.
  func isHere(_ columnBlock: Int, inSubEpoch subEpoch: Int) -> Bool {
    here[columnBlock] == subEpoch
  }

  /// Gives a column block that has been trained in a sub-epoch to whom trains it in the next.
  func passOn(_ columnBlock: Int, afterSubEpoch subEpoch: Int) throws(MPIError) {
    if isAlone {
      here[columnBlock] = subEpoch + 1
      return
    }
    if subEpoch == itinerary.last { return }
    let target = itinerary.rank(ofColumnBlock: columnBlock, inSubEpoch: subEpoch + 1, ownership)
    if target == communicator.rank {
      here[columnBlock] = subEpoch + 1
    } else {
      try lock.withLock { _ throws(MPIError) in try move(columnBlock, toSubEpoch: subEpoch + 1) }
    }
  }

  /// Whether there is no other rank.
  var isAlone: Bool { ownership.ranks == 1 }

  /// Finishes the transfers that can be finished and posts the receives for which there is room.
  ///
  /// Returns at once where another thread is doing so, and where there is nobody to talk to.
  func progress() throws(MPIError) {
    if isAlone { return }
    _ = try lock.withLockIfAvailable { _ throws(MPIError) in try advance() }
  }

  /// Whether all column blocks that this rank gets in the sweep are here.
  var isComplete: Bool { awaited.load(ordering: .acquiring) == 0 }

  /// Ends a sweep that is complete, after all of this rank's blocks have been trained: notes where every column
  /// block now is.
  ///
  /// Does not communicate.
  func end() {
    for block in homes.indices {
      homes[block] = itinerary.rank(
        ofColumnBlock: block, inSubEpoch: itinerary.last, ownership)
    }
  }

  // MARK: Undoing an epoch

  /// A copy of the column blocks that a rank holds between sweeps.
  struct Snapshot {
    /// The floats of the blocks, one after another.
    fileprivate var floats: [Float] = []
    fileprivate var homes: [Int] = []
  }

  /// Copies what this rank holds between sweeps, into the memory that the snapshot has already.
  ///
  /// Does not communicate.
  func copy(into snapshot: inout Snapshot) {
    snapshot.homes = homes
    snapshot.floats.removeAll(keepingCapacity: true)
    for block in held {
      if let floats = holders[block]?.floats { snapshot.floats += floats }
    }
  }

  /// Goes back to a snapshot, between sweeps.
  ///
  /// Does not communicate; every rank must do it.
  func restore(_ snapshot: Snapshot) {
    settle(snapshot.homes)
    var floats = snapshot.floats[...]
    for block in held {
      guard let own = holders[block]?.floats else { continue }
      floats = floats.dropFirst(own.update(fromContentsOf: floats.prefix(own.count)))
    }
  }

  /// Makes room for each column block, between sweeps, where it is when a sweep begins; where none is known, at the
  /// row block of its number.
  ///
  /// Does not communicate; every rank must do it, and set the vectors then.
  func settle(before plan: EpochPlan?) {
    settle(
      homes.indices.map { block in
        ownership.rank(
          ofRowBlock: plan?.rowBlock(ofColumnBlock: block, inSubEpoch: 0) ?? block)
      })
  }

  /// Holds other column blocks than before, with any vectors.
  private func settle(_ newHomes: [Int]) {
    let free = held.compactMap { block -> Carrier? in
      defer { holders[block] = nil }
      addresses[block] = nil
      here[block] = Self.away
      return holders[block]
    }
    idle += free
    homes = newHomes
    for block in held {
      // As many column blocks are held between any two sweeps as there are row blocks here.
      let carrier = idle.removeLast()
      carrier.make(roomFor: block, size: partition.size(ofBlock: block))
      hold(carrier)
    }
  }

  // MARK: Under the lock

  /// Looks at some of the transfers, at others the next time: with many blocks there are hundreds, and to
  /// ask for one lets MPI work on all.
  private func advance() throws(MPIError) {
    for _ in 0..<min(Self.testsAtOnce, travelling.count) {
      if nextTested >= travelling.count { nextTested = 0 }
      let carrier = travelling[nextTested]
      guard try carrier.test() else {
        nextTested += 1
        continue
      }
      travelling.swapAt(nextTested, travelling.count - 1)
      travelling.removeLast()
      if let subEpoch = carrier.arrivesForSubEpoch {
        hold(carrier)
        here[carrier.columnBlock] = subEpoch
        awaited.wrappingSubtract(1, ordering: .releasing)
      } else {
        idle.append(carrier)
      }
    }
    try postReceives()
  }

  private func postReceives() throws(MPIError) {
    while nextArrival < arrivals.count, let carrier = idle.popLast() {
      let arrival = arrivals[nextArrival]
      nextArrival += 1
      try carrier.receive(
        arrival.columnBlock, count: partition.size(ofBlock: arrival.columnBlock),
        forSubEpoch: arrival.subEpoch, from: arrival.source, isRounded: rounding != nil,
        communicator)
      travelling.append(carrier)
    }
  }

  /// Makes a held block ready for a sub-epoch here, or sends it to the rank that trains it then.
  private func move(_ columnBlock: Int, toSubEpoch subEpoch: Int) throws(MPIError) {
    let target = itinerary.rank(ofColumnBlock: columnBlock, inSubEpoch: subEpoch, ownership)
    if target == communicator.rank {
      here[columnBlock] = subEpoch
      return
    }
    guard let carrier = holders[columnBlock] else {
      preconditionFailure("column block \(columnBlock) is not here")
    }
    here[columnBlock] = Self.away
    addresses[columnBlock] = nil
    holders[columnBlock] = nil
    bytesSent += try carrier.send(
      to: target, forSubEpoch: subEpoch, rounding: rounding, communicator)
    travelling.append(carrier)
  }

  private func hold(_ carrier: Carrier) {
    holders[carrier.columnBlock] = carrier
    addresses[carrier.columnBlock] = carrier.view
  }
}

extension Carrier {
  /// Fills idle memory with the initial vectors of a column block.
  fileprivate func fill(
    with columnBlock: Int, of partition: BlockPartition, start: InitialFactors,
    isTrained: (_ index: Int) -> Bool
  ) {
    self.columnBlock = columnBlock
    guard var block = block.take() else { preconditionFailure("no memory to fill") }
    block.initialize(
      columnBlock..<columnBlock + 1, of: partition, from: start, isTrained: isTrained)
    self.block = consume block
  }

  /// Lets idle memory be that of a column block.
  fileprivate func make(roomFor columnBlock: Int, size: Int) {
    self.columnBlock = columnBlock
    block?.count = size
  }

  /// The vectors of the block that is held.
  fileprivate var view: FactorView? { block?.view }
  /// The floats of the block that is held.
  fileprivate var floats: UnsafeMutableBufferPointer<Float>? { block?.floats }
}
