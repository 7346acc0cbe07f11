import CMPI

// The lend form: a closure runs while a transfer from or into the caller's memory is under way. The
// caller's access to that memory lasts until these functions return, and they return only when the
// transfer is over, so the compiler keeps everybody else away from it. Each holds what it was lent to
// its end, since MPI knows only the address.
//
// They throw what the closure throws, and `MPIError`.

extension Communicator {
  /// Sends values while `work` runs; returns what it returns when the transfer is over.
  ///
  ///     try world.whileSending(boundary.span, to: next) { computeInterior() }
  ///
  /// An error that `work` throws goes on after the transfer is over; if the receiver does not come
  /// within half a minute then, it takes all ranks down.
  public func whileSending<Element: MPIDatatype, Result>(
    _ values: Span<Element>, to destination: Int, tag: Int = 0, _ work: () throws -> Result
  ) throws -> Result {
    defer { extendLifetime(values) }
    var transfers = LentTransfers()
    try transfers.addSend(Message(values), to: destination, tag: tag, on: self)
    return try transfers.run(work)
  }

  /// Receives a message while `work` runs; returns what it returns when the message is there.
  ///
  /// The closure cannot see `buffer`. An error that it throws cancels the receive and goes on. As in
  /// `receive`, nil is any source or any tag.
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

  /// Sends to one rank and receives from another while `work` runs.
  ///
  /// Returns what it returns when both transfers are over. The closure can read what is sent, and
  /// cannot see `buffer`. An error that it throws is treated as in the other two.
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

  /// Combines every rank's values, position by position, in place, while `work` runs.
  ///
  /// Collective; all lengths are equal. The closure cannot see the values.
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

  /// Copies the root's values into every rank's buffer while `work` runs.
  ///
  /// Collective; the lengths must be equal. The closure cannot see the buffer.
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
