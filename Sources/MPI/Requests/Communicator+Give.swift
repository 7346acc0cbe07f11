import CMPI

extension Communicator {
  /// Starts to send a buffer, which comes back from the request's `wait` or `test`.
  ///
  ///     let request = try world.startSend(giving: buffer, to: next, tag: 0)
  ///     work()
  ///     buffer = try request.wait().payload
  public func startSend<Storage: ContiguousStorage & ~Copyable>(
    giving buffer: consuming Storage, to destination: Int, tag: Int = 0,
    mode: SendMode = .standard
  ) throws(MPIError) -> Request<Storage> {
    let message = try Message(buffer.unsafeMutableStorage)
    return try Ticket(buffer).request { (request) throws(MPIError) in
      switch mode {
      case .standard:
        let code = MPI_Isend(
          message.address, message.count, message.type.handle, mpiRank(destination), mpiTag(tag),
          handle.handle, &request.handle)
        try check(code, "MPI_Isend")
      case .synchronous:
        let code = MPI_Issend(
          message.address, message.count, message.type.handle, mpiRank(destination), mpiTag(tag),
          handle.handle, &request.handle)
        try check(code, "MPI_Issend")
      }
    }
  }

  /// Starts to receive into a buffer, which comes back from the request's `wait` or `test`.
  ///
  /// - `buffer`: room for the message, which may be shorter.
  /// - `source`: the sender, or nil for any.
  /// - `tag`: the sender's tag, or nil for any.
  public func startReceive<Storage: ContiguousStorage & ~Copyable>(
    into buffer: consuming Storage, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> Request<Storage> {
    let message = try Message(buffer.unsafeMutableStorage)
    return try Ticket(buffer, receiving: Storage.Element.datatype).request {
      (request) throws(MPIError) in
      let code = MPI_Irecv(
        message.address, message.count, message.type.handle, mpiSource(source), mpiTag(tag),
        handle.handle, &request.handle)
      try check(code, "MPI_Irecv")
    }
  }
}
