import CMPI

// The lend form: a closure runs while a transfer from or into the caller's memory is under way. The
// caller's access to that memory lasts until these functions return, and they return only when the
// transfer is over, so the compiler keeps everybody else away from it. Each holds what it was lent to
// its end, since MPI knows only the address.
//
// They throw what the closure throws, and `MPIError`.

extension Communicator {
  /// Sends values while `work` runs; returns when both are over.
  ///
  ///     try world.whileSending(boundary.span, to: next) { computeInterior() }
  ///
  /// Point to point: the destination must receive them.
  ///
  /// The corresponding MPI functions are `MPI_Isend` and `MPI_Wait`.
  ///
  /// - Parameters:
  ///   - values: the elements of the message.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - tag: what the receiver can choose messages by, from 0 to `largestTag`.
  ///   - work: what is done meanwhile.
  /// - Returns: what `work` returns.
  /// - Throws: `MPIError`, and what `work` throws: after the transfer is over, and if the
  ///   destination does not come within half a minute, by taking all ranks down.
  public func whileSending<Element: MPIDatatype, Result>(
    _ values: Span<Element>, to destination: Int, tag: Int = 0, _ work: () throws -> Result
  ) throws -> Result {
    defer { extendLifetime(values) }
    var transfers = LentTransfers()
    try transfers.addSend(Message(values), to: destination, tag: tag, on: self)
    return try transfers.run(work)
  }

  /// Receives a message while `work`, which cannot see `buffer`, runs; returns when both are over.
  ///
  /// Point to point: the source must send it.
  ///
  /// The corresponding MPI functions are `MPI_Irecv` and `MPI_Wait`.
  ///
  /// - Parameters:
  ///   - buffer: room for the message, which may be shorter.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  ///   - work: what is done meanwhile.
  /// - Returns: what `work` returns; and who sent the message, with which tag, and how many
  ///   elements.
  /// - Throws: `MPIError`, and what `work` throws: the receive is cancelled then.
  public func whileReceiving<Element: MPIDatatype, Result>(
    into buffer: consuming MutableSpan<Element>, from source: Int? = nil, tag: Int? = nil,
    _ work: () throws -> Result
  ) throws -> (result: Result, status: Status) {
    defer { extendLifetime(buffer) }
    var transfers = LentTransfers()
    try transfers.addReceive(Message(buffer), from: source, tag: tag, on: self)
    let result = try transfers.run(work)
    return (result, try transfers.receivedStatus(of: Element.datatype))
  }

  /// Sends to one rank and receives from another while `work` runs; returns when all is over.
  ///
  /// Point to point: the destination must receive, and the source send. The closure can read what
  /// is sent, and cannot see `buffer`.
  ///
  /// The corresponding MPI functions are `MPI_Isend`, `MPI_Irecv` and `MPI_Wait`.
  ///
  /// - Parameters:
  ///   - values: the elements of the message to send.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - tag: the tag of the message to send, from 0 to `largestTag`.
  ///   - buffer: room for the message to receive, which may be shorter.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - receiveTag: the tag of the message to receive; nil is any tag.
  ///   - work: what is done meanwhile.
  /// - Returns: what `work` returns; and who sent the message, with which tag, and how many
  ///   elements.
  /// - Throws: `MPIError`, and what `work` throws, as in `whileSending` and `whileReceiving`.
  public func whileExchanging<Sent: MPIDatatype, Received: MPIDatatype, Result>(
    sending values: Span<Sent>, to destination: Int, tag: Int = 0,
    receivingInto buffer: consuming MutableSpan<Received>, from source: Int?,
    receiveTag: Int? = nil, _ work: () throws -> Result
  ) throws -> (result: Result, status: Status) {
    defer {
      extendLifetime(values)
      extendLifetime(buffer)
    }
    var transfers = LentTransfers()
    try transfers.addReceive(Message(buffer), from: source, tag: receiveTag, on: self)
    try transfers.addSend(Message(values), to: destination, tag: tag, on: self)
    let result = try transfers.run(work)
    return (result, try transfers.receivedStatus(of: Received.datatype))
  }

  /// Combines every rank's values, position by position, in place, while `work`, which cannot see
  /// them, runs.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI functions are `MPI_Iallreduce` and `MPI_Wait`.
  ///
  /// - Parameters:
  ///   - values: this rank's values, then the result.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - work: what is done meanwhile.
  /// - Returns: what `work` returns, when both are over.
  /// - Throws: `MPIError`, and what `work` throws: after the transfer is over, and if the other
  ///   ranks do not come within half a minute, by taking all ranks down.
  public func whileAllReducing<Element: MPIDatatype, Result>(
    inPlace values: consuming MutableSpan<Element>, _ reduction: Reduction<Element>,
    _ work: () throws -> Result
  ) throws -> Result {
    // What was made from a constant can be held; a parameter that is consumed could change.
    let values = values
    var transfers = LentTransfers()
    let call = try ReductionCall(reduction.operation, of: Elements(values))
    // It owns the operation, too.
    defer { extendLifetime(call) }
    try transfers.addCollective { (request) throws(MPIError) in
      let code = MPI_Iallreduce(
        cmpi_in_place(), call.message.address, call.message.count, call.message.type.handle,
        call.operation.handle, handle.handle, &request.handle)
      try check(code, "MPI_Iallreduce")
    }
    return try transfers.run(work)
  }

  /// Copies the root's values into every rank's buffer while `work`, which cannot see it, runs.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI functions are `MPI_Ibcast` and `MPI_Wait`.
  ///
  /// - Parameters:
  ///   - buffer: on the root what the others get, on the others the room for it.
  ///   - root: the rank whose values all get, the same on all ranks.
  ///   - work: what is done meanwhile.
  /// - Returns: what `work` returns, when both are over.
  /// - Throws: `MPIError`, and what `work` throws, as in `whileAllReducing`.
  public func whileBroadcasting<Element: MPIDatatype, Result>(
    _ buffer: consuming MutableSpan<Element>, from root: Int, _ work: () throws -> Result
  ) throws -> Result {
    // As in `whileAllReducing`.
    let buffer = buffer
    var transfers = LentTransfers()
    let message = try Message(buffer)
    defer { extendLifetime(message) }
    try transfers.addCollective { (request) throws(MPIError) in
      let code = MPI_Ibcast(
        message.address, message.count, message.type.handle, mpiRank(root), handle.handle,
        &request.handle)
      try check(code, "MPI_Ibcast")
    }
    return try transfers.run(work)
  }
}
