import CMPI

extension Communicator {
  /// Starts to collect every rank's values, in order of rank, in the root's `result`.
  ///
  /// Collective; all ranks give the same number. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Igather`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: on the root, room for `size` times as many elements; unused on the others, where
  ///     it may be empty.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startGather<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, into result: consuming Received, to root: Int
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, result.unsafeMutableStorage)
    try require(
      rank != root || target.count == size * source.count,
      "the result must have room for the values of every rank", in: "MPI_Igather")
    let message = try Message(source)
    let payload = Exchanged(sent: values, received: result)
    return try Ticket(payload).request { (request) throws(MPIError) in
      let code = MPI_Igather(
        message.address, message.count, message.type.handle, target.baseAddress, message.count,
        message.type.handle, mpiRank(root), handle.handle, &request.handle)
      try check(code, "MPI_Igather")
    }
  }

  /// Starts to collect every rank's values, in order of rank, in every rank's `result`.
  ///
  /// Collective; all ranks give the same number. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Iallgather`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: room for `size` times as many elements.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startAllGather<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, into result: consuming Received
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, result.unsafeMutableStorage)
    try require(
      target.count == size * source.count,
      "the result must have room for the values of every rank", in: "MPI_Iallgather")
    let message = try Message(source)
    let payload = Exchanged(sent: values, received: result)
    return try Ticket(payload).request { (request) throws(MPIError) in
      let code = MPI_Iallgather(
        message.address, message.count, message.type.handle, target.baseAddress, message.count,
        message.type.handle, handle.handle, &request.handle)
      try check(code, "MPI_Iallgather")
    }
  }

  /// Starts to hand each rank its block of the root's values: rank 0 the first.
  ///
  /// Collective; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Iscatter`.
  ///
  /// - Parameters:
  ///   - values: on the root, `size` blocks as long as `block`; unused on the others, where it may
  ///     be empty.
  ///   - block: room for this rank's block, equally long on all ranks.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startScatter<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, into block: consuming Received, from root: Int
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, block.unsafeMutableStorage)
    try require(
      rank != root || source.count == size * target.count,
      "the values must be one block of equal length for each rank", in: "MPI_Iscatter")
    let message = try Message(target)
    let payload = Exchanged(sent: values, received: block)
    return try Ticket(payload).request { (request) throws(MPIError) in
      let code = MPI_Iscatter(
        source.baseAddress, message.count, message.type.handle, message.address, message.count,
        message.type.handle, mpiRank(root), handle.handle, &request.handle)
      try check(code, "MPI_Iscatter")
    }
  }

  /// Starts to send a block to every rank and to receive one from each, in order of rank.
  ///
  /// Collective; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Ialltoall`.
  ///
  /// - Parameters:
  ///   - values: `size` blocks of a length that is the same on all ranks.
  ///   - result: room for as many elements.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startAllToAll<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, into result: consuming Received
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, result.unsafeMutableStorage)
    try require(
      source.count.isMultiple(of: size) && target.count == source.count,
      "values and result must have one block for each rank, equally many elements",
      in: "MPI_Ialltoall")
    let block = try Message(Elements(source).block(of: size))
    let payload = Exchanged(sent: values, received: result)
    return try Ticket(payload).request { (request) throws(MPIError) in
      let code = MPI_Ialltoall(
        block.address, block.count, block.type.handle, target.baseAddress, block.count,
        block.type.handle, handle.handle, &request.handle)
      try check(code, "MPI_Ialltoall")
    }
  }
}
