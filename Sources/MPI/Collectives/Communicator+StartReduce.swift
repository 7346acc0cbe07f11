import CMPI

extension Communicator {
  /// Starts a barrier, which is over when every rank has started it.
  ///
  /// Collective; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Ibarrier`.
  ///
  /// - Returns: the request.
  /// - Throws: `MPIError`.
  public func startBarrier() throws(MPIError) -> Request<Void> {
    try Ticket(()).request { (request) throws(MPIError) in
      try check(MPI_Ibarrier(handle.handle, &request.handle), "MPI_Ibarrier")
    }
  }

  /// Starts to copy the root's buffer into every rank's.
  ///
  /// Collective; all lengths are equal. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Ibcast`.
  ///
  /// - Parameters:
  ///   - buffer: on the root what the others get, on the others the room for it.
  ///   - root: the rank whose values all get, the same on all ranks.
  /// - Returns: the request, which gives the buffer back.
  /// - Throws: `MPIError`; the buffer is freed then.
  public func startBroadcast<Storage: ContiguousStorage & ~Copyable>(
    giving buffer: consuming Storage, from root: Int
  ) throws(MPIError) -> Request<Storage> {
    let message = try Message(buffer.unsafeMutableStorage)
    return try Ticket(buffer).request { (request) throws(MPIError) in
      let code = MPI_Ibcast(
        message.address, message.count, message.type.handle, mpiRank(root), handle.handle,
        &request.handle)
      try check(code, "MPI_Ibcast")
    }
  }

  /// Starts to combine every rank's buffer, position by position; the result replaces its values.
  ///
  /// Collective; all lengths are equal. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Iallreduce`.
  ///
  /// - Parameters:
  ///   - buffer: this rank's values, then the result.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Returns: the request, which gives the buffer back.
  /// - Throws: `MPIError`; the buffer is freed then.
  public func startAllReduce<Storage: ContiguousStorage & ~Copyable>(
    giving buffer: consuming Storage, _ reduction: Reduction<Storage.Element>
  ) throws(MPIError) -> Request<Storage> {
    let call = try ReductionCall(reduction, of: buffer.unsafeMutableStorage)
    return try Ticket(buffer, companion: call.companion).request { (request) throws(MPIError) in
      let code = MPI_Iallreduce(
        cmpi_in_place(), call.message.address, call.message.count, call.message.type.handle,
        call.operation.handle, handle.handle, &request.handle)
      try check(code, "MPI_Iallreduce")
    }
  }

  /// Starts to combine every rank's buffer, position by position; the result replaces the root's.
  ///
  /// Collective; all lengths are equal. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Ireduce`.
  ///
  /// - Parameters:
  ///   - buffer: this rank's values; on the root, then the result.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - root: the rank that gets the result, the same on all ranks.
  /// - Returns: the request, which gives the buffer back.
  /// - Throws: `MPIError`; the buffer is freed then.
  public func startReduce<Storage: ContiguousStorage & ~Copyable>(
    giving buffer: consuming Storage, _ reduction: Reduction<Storage.Element>, to root: Int
  ) throws(MPIError) -> Request<Storage> {
    let call = try ReductionCall(reduction, of: buffer.unsafeMutableStorage)
    let source = rank == root ? cmpi_in_place() : call.message.address
    return try Ticket(buffer, companion: call.companion).request { (request) throws(MPIError) in
      let code = MPI_Ireduce(
        source, call.message.address, call.message.count, call.message.type.handle,
        call.operation.handle, mpiRank(root), handle.handle, &request.handle)
      try check(code, "MPI_Ireduce")
    }
  }

  /// Starts to combine, position by position, the buffers of ranks 0 to this one, this one's
  /// included.
  ///
  /// Collective; all lengths are equal. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Iscan`.
  ///
  /// - Parameters:
  ///   - buffer: this rank's values, then the result for this rank.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Returns: the request, which gives the buffer back.
  /// - Throws: `MPIError`; the buffer is freed then.
  public func startScan<Storage: ContiguousStorage & ~Copyable>(
    giving buffer: consuming Storage, _ reduction: Reduction<Storage.Element>
  ) throws(MPIError) -> Request<Storage> {
    let call = try ReductionCall(reduction, of: buffer.unsafeMutableStorage)
    return try Ticket(buffer, companion: call.companion).request { (request) throws(MPIError) in
      let code = MPI_Iscan(
        cmpi_in_place(), call.message.address, call.message.count, call.message.type.handle,
        call.operation.handle, handle.handle, &request.handle)
      try check(code, "MPI_Iscan")
    }
  }

  /// Starts to combine, position by position, the buffers of the ranks before this one.
  ///
  /// Collective; all lengths are equal. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Iexscan`.
  ///
  /// - Parameters:
  ///   - buffer: this rank's values, then the result for this rank.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - first: what every position has on rank 0 in the end; the others do not use it.
  /// - Returns: the request, which gives the buffer back.
  /// - Throws: `MPIError`; the buffer is freed then.
  public func startExclusiveScan<Storage: ContiguousStorage & ~Copyable>(
    giving buffer: consuming Storage, _ reduction: Reduction<Storage.Element>,
    onRankZero first: Storage.Element
  ) throws(MPIError) -> Request<Storage> {
    let storage = buffer.unsafeMutableStorage
    let call = try ReductionCall(reduction, of: storage)
    // MPI leaves undefined what rank 0 has in the end.
    let fill: (() -> Void)? = rank == 0 ? { storage.update(repeating: first) } : nil
    let ticket = Ticket(buffer, companion: call.companion, finishing: fill)
    return try ticket.request { (request) throws(MPIError) in
      let code = MPI_Iexscan(
        cmpi_in_place(), call.message.address, call.message.count, call.message.type.handle,
        call.operation.handle, handle.handle, &request.handle)
      try check(code, "MPI_Iexscan")
    }
  }

  /// Starts to combine every rank's buffer, position by position, and to give each rank its block:
  /// rank 0 the first.
  ///
  /// Collective; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Ireduce_scatter_block`.
  ///
  /// - Parameters:
  ///   - values: `size` blocks as long as `block`, which is equally long on all ranks.
  ///   - block: room for this rank's block of the result.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startReduceScatter<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, into block: consuming Received,
    _ reduction: Reduction<Sent.Element>
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, block.unsafeMutableStorage)
    try require(
      source.count == size * target.count,
      "the values must be one block of equal length for each rank", in: "MPI_Ireduce_scatter_block")
    let call = try ReductionCall(reduction, of: target)
    let payload = Exchanged(sent: values, received: block)
    return try Ticket(payload, companion: call.companion).request { (request) throws(MPIError) in
      let code = MPI_Ireduce_scatter_block(
        source.baseAddress, call.message.address, call.message.count, call.message.type.handle,
        call.operation.handle, handle.handle, &request.handle)
      try check(code, "MPI_Ireduce_scatter_block")
    }
  }
}
