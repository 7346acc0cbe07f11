import CMPI

extension Communicator {
  /// Starts to send a buffer, which comes back from the request's `wait` or `test`.
  ///
  ///     let request = try world.startSend(giving: buffer, to: next, tag: 0)
  ///     work()
  ///     buffer = try request.wait().payload
  ///
  /// Point to point: the destination must receive it. Does not wait.
  ///
  /// The corresponding MPI functions are `MPI_Isend` and, in synchronous mode, `MPI_Issend`.
  ///
  /// - Parameters:
  ///   - buffer: the elements of the message.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - tag: what the receiver can choose messages by, from 0 to `largestTag`.
  ///   - mode: when the send is over.
  /// - Returns: the request.
  /// - Throws: `MPIError`; the buffer is freed then.
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
  /// Point to point: the source must send. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Irecv`.
  ///
  /// - Parameters:
  ///   - buffer: room for the message, which may be shorter.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: the request.
  /// - Throws: `MPIError`; the buffer is freed then. That the message is too long comes from the
  ///   request.
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
