import CMPI

/// What belongs to one MPI request: the payload, at an address of its own that stays the same, and
/// how to read the status.
///
/// It is copied freely inside this module; `Request` and `RequestSet` see to it that exactly one of
/// `takePayload`, `destroyPayload` and `drop` is called.
struct Ticket<Payload: ~Copyable> {
  private let box: UnsafeMutablePointer<Payload>
  /// The elements of a receive; nil for sends and collective operations.
  private let received: Datatype?
  /// What MPI needs until the transfer is over beside the payload.
  private let companion: AnyObject?
  /// What is left to be done with the payload when the transfer is over.
  private let finishing: (() -> Void)?

  init(
    _ payload: consuming Payload, receiving: Datatype? = nil, companion: AnyObject? = nil,
    finishing: (() -> Void)? = nil
  ) {
    box = .allocate(capacity: 1)
    box.initialize(to: payload)
    received = receiving
    self.companion = companion
    self.finishing = finishing
  }

  /// Starts a transfer of the payload and makes it a request.
  ///
  /// If `start` throws, no transfer was started, and the payload is freed.
  func request(
    _ start: (inout CMPIRequest) throws(MPIError) -> Void
  ) throws(MPIError) -> Request<Payload> {
    try Request(handle(start), self)
  }

  private func handle(
    _ start: (inout CMPIRequest) throws(MPIError) -> Void
  ) throws(MPIError) -> CMPIRequest {
    var handle = cmpi_request_null()
    do throws(MPIError) {
      try start(&handle)
    } catch {
      destroyPayload()
      throw error
    }
    return handle
  }

  /// Reads what MPI tells of a transfer that is over, however it ended.
  ///
  /// If it failed, the payload and what is left of the request are freed.
  func outcome(
    _ code: Int32, _ status: MPI_Status, _ handle: CMPIRequest, _ function: StaticString
  ) throws(MPIError) -> Status {
    do throws(MPIError) {
      try check(code, function)
      guard let received else { return .nothingReceived }
      return try Status(status, of: received, function)
    } catch {
      discard(handle)
      throw error
    }
  }

  func takePayload() -> Payload {
    finishing?()
    let payload = box.move()
    box.deallocate()
    return payload
  }

  func destroyPayload() {
    box.deinitialize(count: 1)
    box.deallocate()
  }

  /// Frees the payload of a request that is not under way, and the request where MPI keeps it.
  func discard(_ handle: CMPIRequest) {
    DroppedTransfers.free(handle)
    destroyPayload()
  }

  /// Gives up a transfer that may be under way: its payload is destroyed when it is over.
  func drop(_ handle: CMPIRequest) {
    DroppedTransfers.keep(handle, isReceive: received != nil) { [self] in destroyPayload() }
  }
}

extension Ticket where Payload: ContiguousStorage & ~Copyable {
  /// Sets up a transfer of the payload, whose elements are in `storage`.
  ///
  /// If `setUp` throws, the payload is freed.
  func persistentRequest(
    _ storage: UnsafeMutableBufferPointer<Payload.Element>,
    _ setUp: (inout CMPIRequest) throws(MPIError) -> Void
  ) throws(MPIError) -> PersistentRequest<Payload> {
    try PersistentRequest(handle(setUp), self, storage)
  }
}
