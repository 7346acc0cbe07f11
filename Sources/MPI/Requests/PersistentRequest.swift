import CMPI

/// A transfer that is set up once and started many times, with the same buffer and partner.
///
///     var halo = try world.persistentSend(giving: buffer, to: next)
///     for step in 0..<steps {
///       fill(&halo.mutableSpan)
///       let started = try halo.start()
///       work()
///       halo = try started.wait()
///     }
///
/// The buffer can be read and written while the transfer is not under way; the compiler sees to it,
/// since `start` takes this value away and `wait` gives it back.
public struct PersistentRequest<Storage: ContiguousStorage & ~Copyable>: ~Copyable {
  private let handle: CMPIRequest
  private let ticket: Ticket<Storage>
  private let storage: UnsafeMutableBufferPointer<Storage.Element>
  private var isReleased = false

  /// What the last transfer told; nil before the first one.
  public let status: Status?

  init(
    _ handle: CMPIRequest, _ ticket: Ticket<Storage>,
    _ storage: UnsafeMutableBufferPointer<Storage.Element>, _ status: Status? = nil
  ) {
    self.handle = handle
    self.ticket = ticket
    self.storage = storage
    self.status = status
  }

  /// The elements that are sent or were received, to read.
  public var span: Span<Storage.Element> {
    @_lifetime(borrow self)
    get { _overrideLifetime(storage.span, borrowing: self) }
  }

  /// The elements that are sent or were received, to read and write.
  public var mutableSpan: MutableSpan<Storage.Element> {
    @_lifetime(&self)
    mutating get { _overrideLifetime(storage.mutableSpan, mutating: &self) }
  }

  /// Starts the transfer once more.
  ///
  /// Point to point: the partner must take part once more. Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Start`.
  ///
  /// - Returns: the transfer under way.
  /// - Throws: `MPIError`; the buffer is freed then.
  public consuming func start() throws(MPIError) -> StartedRequest<Storage> {
    var started = handle
    try check(MPI_Start(&started.handle), "MPI_Start")
    isReleased = true
    return StartedRequest(handle, ticket, storage)
  }

  /// Ends the use of the transfer and gives the buffer back.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_Request_free`.
  ///
  /// - Returns: what was given to the transfer.
  /// - Throws: `MPIError`; the buffer is freed then.
  public consuming func finish() throws(MPIError) -> Storage {
    isReleased = true
    let payload = ticket.takePayload()
    var freed = handle
    try check(MPI_Request_free(&freed.handle), "MPI_Request_free")
    return payload
  }

  deinit { if !isReleased { ticket.discard(handle) } }
}

/// A persistent transfer that is under way.
public struct StartedRequest<Storage: ContiguousStorage & ~Copyable>: ~Copyable {
  private var handle: CMPIRequest
  private let ticket: Ticket<Storage>
  private let storage: UnsafeMutableBufferPointer<Storage.Element>
  private var isSettled = false

  init(
    _ handle: CMPIRequest, _ ticket: Ticket<Storage>,
    _ storage: UnsafeMutableBufferPointer<Storage.Element>
  ) {
    self.handle = handle
    self.ticket = ticket
    self.storage = storage
  }

  /// Tells whether the transfer is over, so that `wait` would not block.
  ///
  /// Point to point; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Request_get_status`.
  ///
  /// - Returns: whether it is over.
  /// - Throws: `MPIError`, also that of a transfer that failed.
  public func isOver() throws(MPIError) -> Bool {
    var isOver: Int32 = 0
    var status = MPI_Status()
    let code = MPI_Request_get_status(handle.handle, &isOver, &status)
    try check(code, "MPI_Request_get_status")
    return isOver != 0
  }

  /// Waits until the transfer is over, and gives back what can start it again.
  ///
  /// Point to point: the partner must take part.
  ///
  /// The corresponding MPI function is `MPI_Wait`.
  ///
  /// - Returns: the transfer that can be started again, with the status of this time.
  /// - Throws: `MPIError`; the buffer and the persistent request are freed then.
  public consuming func wait() throws(MPIError) -> PersistentRequest<Storage> {
    var status = MPI_Status()
    let code = MPI_Wait(&handle.handle, &status)
    isSettled = true
    let outcome = try ticket.outcome(code, status, handle, "MPI_Wait")
    return PersistentRequest(handle, ticket, storage, outcome)
  }

  deinit { if !isSettled { ticket.drop(handle) } }
}

// The payload is reachable through the request alone until it is given back.
extension PersistentRequest: @unchecked Sendable where Storage: Sendable, Storage: ~Copyable {}
extension StartedRequest: @unchecked Sendable where Storage: Sendable, Storage: ~Copyable {}

extension Communicator {
  /// Sets up a send that can be started many times.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_Send_init`.
  ///
  /// - Parameters:
  ///   - buffer: the elements of the message.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - tag: what the receiver can choose messages by, from 0 to `largestTag`.
  /// - Returns: the transfer, to be started.
  /// - Throws: `MPIError`; the buffer is freed then.
  public func persistentSend<Storage: ContiguousStorage & ~Copyable>(
    giving buffer: consuming Storage, to destination: Int, tag: Int = 0
  ) throws(MPIError) -> PersistentRequest<Storage> {
    let storage = buffer.unsafeMutableStorage
    let message = try Message(storage)
    return try Ticket(buffer).persistentRequest(storage) { (request) throws(MPIError) in
      let code = MPI_Send_init(
        message.address, message.count, message.type.handle, mpiRank(destination), mpiTag(tag),
        handle.handle, &request.handle)
      try check(code, "MPI_Send_init")
    }
  }

  /// Sets up a receive that can be started many times.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_Recv_init`.
  ///
  /// - Parameters:
  ///   - buffer: room for the message, which may be shorter.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: the transfer, to be started.
  /// - Throws: `MPIError`; the buffer is freed then.
  public func persistentReceive<Storage: ContiguousStorage & ~Copyable>(
    into buffer: consuming Storage, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> PersistentRequest<Storage> {
    let storage = buffer.unsafeMutableStorage
    let message = try Message(storage)
    let ticket = Ticket(buffer, receiving: Storage.Element.datatype)
    return try ticket.persistentRequest(storage) { (request) throws(MPIError) in
      let code = MPI_Recv_init(
        message.address, message.count, message.type.handle, mpiSource(source), mpiTag(tag),
        handle.handle, &request.handle)
      try check(code, "MPI_Recv_init")
    }
  }
}
