import CMPI

/// One block for each rank, of different lengths, as `MPI_Alltoallw` takes them: the only one of
/// MPI's collectives that can move blocks at any distance from the start.
///
/// Its arrays have addresses of their own, as MPI needs them until a transfer is over. A block that
/// `int` cannot count, or whose offset in bytes it cannot hold, gets a datatype that covers it and
/// has the offset inside.
final class Blocks {
  let counts: UnsafeMutablePointer<Int32>
  let offsets: UnsafeMutablePointer<Int32>
  let types: UnsafeMutablePointer<CMPIDatatype>
  private var ownedTypes: [CMPIDatatype] = []

  /// Blocks of so many elements that lie one after another, in order of rank.
  convenience init(packed elementCounts: [Int], of datatype: Datatype) throws(MPIError) {
    self.init(size: elementCounts.count, datatype)
    var start = 0
    for (rank, elementCount) in elementCounts.enumerated() {
      try describe(rank, elementCount, start: start, datatype)
      start += elementCount
    }
  }

  /// One block, from or for one rank; nothing for the others.
  convenience init(
    only rank: Int, _ elementCount: Int, size: Int, of datatype: Datatype
  ) throws(MPIError) {
    self.init(size: size, datatype)
    // MPI_Alltoallw has no root that it could refuse.
    guard (0..<size).contains(rank) else {
      throw MPIError(
        errorClass: .root, message: "\(rank) is not a rank of the communicator",
        function: "MPI_Alltoallw")
    }
    try describe(rank, elementCount, start: 0, datatype)
  }

  /// The same block for every rank.
  convenience init(
    forEveryRank elementCount: Int, size: Int, of datatype: Datatype
  ) throws(MPIError) {
    self.init(size: size, datatype)
    for rank in 0..<size { try describe(rank, elementCount, start: 0, datatype) }
  }

  private init(size: Int, _ datatype: Datatype) {
    counts = .allocate(capacity: size)
    offsets = .allocate(capacity: size)
    types = .allocate(capacity: size)
    counts.initialize(repeating: 0, count: size)
    offsets.initialize(repeating: 0, count: size)
    types.initialize(repeating: datatype.basic, count: size)
  }

  /// Describes the block of one rank, which begins `start` elements after the address.
  private func describe(
    _ rank: Int, _ elementCount: Int, start: Int, _ datatype: Datatype
  ) throws(MPIError) {
    if elementCount == 0 { return }
    let basics = elementCount * datatype.basicsPerElement
    let extent = try LargeCount.extent(of: datatype.basic)
    let offset = start * datatype.basicsPerElement * extent
    if basics <= LargeCount.limit, offset <= LargeCount.limit {
      counts[rank] = Int32(basics)
      offsets[rank] = Int32(offset)
    } else {
      counts[rank] = 1
      types[rank] = try LargeCount.type(covering: basics, of: datatype.basic, offset: offset)
      ownedTypes.append(types[rank])
    }
  }

  deinit {
    for index in ownedTypes.indices { LargeCount.discard(&ownedTypes[index]) }
    counts.deallocate()
    offsets.deallocate()
    types.deallocate()
  }
}

/// The blocks that a rank sends and those that it receives.
final class BlockExchange {
  let sent: Blocks
  let received: Blocks

  init(sent: Blocks, received: Blocks) {
    self.sent = sent
    self.received = received
  }

  /// The exchange in which every rank's block goes to the root, where they are packed.
  static func gather(
    _ counts: [Int], to root: Int, rank: Int, of datatype: Datatype
  ) throws(MPIError) -> BlockExchange {
    let size = counts.count
    let none = [Int](repeating: 0, count: size)
    return try BlockExchange(
      sent: Blocks(only: root, counts[rank], size: size, of: datatype),
      received: Blocks(packed: rank == root ? counts : none, of: datatype))
  }

  /// The exchange in which every rank's block goes to every rank, where they are packed.
  static func allGather(
    _ counts: [Int], rank: Int, of datatype: Datatype
  ) throws(MPIError) -> BlockExchange {
    try BlockExchange(
      sent: Blocks(forEveryRank: counts[rank], size: counts.count, of: datatype),
      received: Blocks(packed: counts, of: datatype))
  }

  /// The exchange in which the root's packed blocks go to their ranks.
  static func scatter(
    _ counts: [Int], from root: Int, rank: Int, of datatype: Datatype
  ) throws(MPIError) -> BlockExchange {
    let size = counts.count
    let none = [Int](repeating: 0, count: size)
    return try BlockExchange(
      sent: Blocks(packed: rank == root ? counts : none, of: datatype),
      received: Blocks(only: root, counts[rank], size: size, of: datatype))
  }
}
