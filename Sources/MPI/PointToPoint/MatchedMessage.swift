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

  init(_ handle: CMPIMessage, _ status: Status) {
    self.handle = handle
    self.status = status
  }

  /// Receives the message as an array.
  public consuming func receive() throws(MPIError) -> (values: [Element], status: Status) {
    isReceived = true
    return try (MatchedMessage.receive(handle, count: status.count), status)
  }

  /// Receives the message into `buffer`, which may be longer.
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
      _ = try MatchedMessage.receive(handle, count: status.count)
    } catch {
      Runtime.abort("\(error)")
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
