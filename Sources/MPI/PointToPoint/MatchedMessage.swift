import CMPI

/// A message that a matched probe took out of the queue: nobody else can receive it, and it is
/// received once.
///
/// One that is dropped instead of received is received and thrown away.
public struct MatchedMessage<Element: MPIDatatype>: ~Copyable, @unchecked Sendable {
  /// Who sent it, with which tag, and how many elements it has.
  public let status: Status
  private let handle: CMPIMessage
  private var isReceived = false

  /// Takes over what a matched probe found; what is no whole number of elements is thrown away.
  init(_ handle: CMPIMessage, _ status: MPI_Status, _ function: StaticString) throws(MPIError) {
    do throws(MPIError) {
      self.status = try Status(status, of: Element.datatype, function)
    } catch {
      // It is out of the queue, so nobody else can receive it, and its sender may wait for that.
      let bytes = try Status(status, of: Datatype(cmpi_byte()), function).count
      try MatchedMessage.discard(handle, bytes: bytes)
      throw error
    }
    self.handle = handle
  }

  /// Receives the message as an array; blocks until it is here.
  ///
  /// Point to point: the sender has sent it already.
  ///
  /// The corresponding MPI function is `MPI_Mrecv`.
  ///
  /// - Returns: the elements, and who sent them, with which tag.
  /// - Throws: `MPIError`.
  public consuming func receive() throws(MPIError) -> (values: [Element], status: Status) {
    isReceived = true
    return try (MatchedMessage.receive(handle, count: status.count), status)
  }

  /// Receives the message into `buffer`; blocks until it is here.
  ///
  /// Point to point: the sender has sent it already.
  ///
  /// The corresponding MPI function is `MPI_Mrecv`.
  ///
  /// - Parameter buffer: room for the message, which may be shorter.
  /// - Returns: who sent it, with which tag, and how many elements.
  /// - Throws: `MPIError`; of class `truncated` where the message is longer than the buffer.
  @discardableResult
  public consuming func receive(
    into buffer: consuming MutableSpan<Element>
  ) throws(MPIError) -> Status {
    isReceived = true
    try MatchedMessage.receive(handle, Message(buffer))
    return status
  }

  deinit {
    guard !isReceived, Runtime.isRunning else { return }
    do throws(MPIError) {
      try MatchedMessage.discard(handle, bytes: status.count * MemoryLayout<Element>.stride)
    } catch {
      Runtime.abort("\(error)")
    }
  }

  /// Receives a message that nobody wants, as a transfer that nobody waits for.
  private static func discard(_ handle: CMPIMessage, bytes: Int) throws(MPIError) {
    let scratch = Buffer<UInt8>(uninitialized: bytes)
    let message = try Message(
      Elements(scratch.unsafeMutableStorage.baseAddress, count: bytes, of: Datatype(cmpi_byte())))
    var handle = handle
    _ = try Ticket(scratch).request { (request) throws(MPIError) in
      let code = MPI_Imrecv(
        message.address, message.count, message.type.handle, &handle.handle, &request.handle)
      try check(code, "MPI_Imrecv")
    }
  }

  private static func receive(
    _ handle: CMPIMessage, count: Int
  ) throws(MPIError) -> [Element] {
    try [Element](receiving: count) { (storage) throws(MPIError) in
      try receive(handle, Message(storage))
    }
  }

  private static func receive(
    _ handle: CMPIMessage, _ message: borrowing Message
  ) throws(MPIError) {
    var handle = handle
    var status = MPI_Status()
    let code = MPI_Mrecv(
      message.address, message.count, message.type.handle, &handle.handle, &status)
    try check(code, "MPI_Mrecv")
  }
}
