import CMPI

extension Communicator {
  /// Starts to collect every rank's values in every rank's `result`.
  ///
  /// Collective; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Iallgatherv`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: room for the values of all ranks, packed in order of rank.
  ///   - counts: how many values each rank has, the same on all ranks.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startAllGatherVarying<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, into result: consuming Received, counts: [Int]
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, result.unsafeMutableStorage)
    let datatype = Sent.Element.datatype
    try requireCounts(
      counts, here: source.count, addUpTo: target.count, in: "MPI_Iallgatherv")
    let payload = Exchanged(sent: values, received: result)
    guard let packed = PackedBlocks(counts, of: datatype) else {
      let blocks = try BlockExchange.allGather(counts, rank: rank, of: datatype)
      return try Ticket(payload, companion: blocks).request { (request) throws(MPIError) in
        try startMoving(blocks, source.baseAddress, target.baseAddress, &request)
      }
    }
    let message = try Message(source)
    return try Ticket(payload, companion: packed).request { (request) throws(MPIError) in
      let code = MPI_Iallgatherv(
        message.address, message.count, message.type.handle, target.baseAddress, packed.counts,
        packed.offsets, message.type.handle, handle.handle, &request.handle)
      try check(code, "MPI_Iallgatherv")
    }
  }

  /// Starts to collect every rank's values in the root's `result`.
  ///
  /// Collective; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Igatherv`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: on the root, room for the values of all ranks, packed in order of rank; unused on
  ///     the others, where it may be empty.
  ///   - counts: how many values each rank has, the same on all ranks.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startGatherVarying<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, into result: consuming Received, counts: [Int], to root: Int
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, result.unsafeMutableStorage)
    let datatype = Sent.Element.datatype
    try requireCounts(
      counts, here: source.count, addUpTo: rank == root ? target.count : nil, in: "MPI_Igatherv")
    let payload = Exchanged(sent: values, received: result)
    guard let packed = PackedBlocks(counts, of: datatype) else {
      let blocks = try BlockExchange.gather(counts, to: root, rank: rank, of: datatype)
      return try Ticket(payload, companion: blocks).request { (request) throws(MPIError) in
        try startMoving(blocks, source.baseAddress, target.baseAddress, &request)
      }
    }
    let message = try Message(source)
    return try Ticket(payload, companion: packed).request { (request) throws(MPIError) in
      let code = MPI_Igatherv(
        message.address, message.count, message.type.handle, target.baseAddress, packed.counts,
        packed.offsets, message.type.handle, mpiRank(root), handle.handle, &request.handle)
      try check(code, "MPI_Igatherv")
    }
  }

  /// Starts to hand each rank its block of the root's values.
  ///
  /// Collective; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Iscatterv`.
  ///
  /// - Parameters:
  ///   - values: on the root, the blocks, packed in order of rank; unused on the others, where it
  ///     may be empty.
  ///   - counts: their lengths, one for each rank, the same on all ranks.
  ///   - block: room for this rank's block.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startScatterVarying<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, counts: [Int], into block: consuming Received, from root: Int
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, block.unsafeMutableStorage)
    let datatype = Sent.Element.datatype
    try requireCounts(
      counts, here: target.count, addUpTo: rank == root ? source.count : nil, in: "MPI_Iscatterv")
    let payload = Exchanged(sent: values, received: block)
    guard let packed = PackedBlocks(counts, of: datatype) else {
      let blocks = try BlockExchange.scatter(counts, from: root, rank: rank, of: datatype)
      return try Ticket(payload, companion: blocks).request { (request) throws(MPIError) in
        try startMoving(blocks, source.baseAddress, target.baseAddress, &request)
      }
    }
    let message = try Message(target)
    return try Ticket(payload, companion: packed).request { (request) throws(MPIError) in
      let code = MPI_Iscatterv(
        source.baseAddress, packed.counts, packed.offsets, message.type.handle, message.address,
        message.count, message.type.handle, mpiRank(root), handle.handle, &request.handle)
      try check(code, "MPI_Iscatterv")
    }
  }
}
