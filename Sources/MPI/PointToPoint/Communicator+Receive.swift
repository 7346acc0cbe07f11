import CMPI

extension Communicator {
  /// Receives one message into `buffer`; blocks until it is there.
  ///
  /// Point to point: the source must send it.
  ///
  /// The corresponding MPI function is `MPI_Recv`.
  ///
  /// - Parameters:
  ///   - buffer: room for the message, which may be shorter.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: who sent it, with which tag, and how many elements.
  /// - Throws: `MPIError`; of class `truncated` where the message was longer than the buffer, of
  ///   class `type` where it was no whole number of elements.
  @inlinable
  @discardableResult
  public func receive<Element: MPIDatatype>(
    into buffer: consuming MutableSpan<Element>, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> Status {
    try receive(Elements(buffer), from: source, tag: tag)
  }

  /// Receives one message of any length as an array; blocks until it is there.
  ///
  /// Point to point: the source must send it. The length need not be known: the message is probed
  /// first, and then received and no other, even if other threads receive at the same time.
  ///
  /// The corresponding MPI functions are `MPI_Mprobe` and `MPI_Mrecv`.
  ///
  /// - Parameters:
  ///   - type: what the message's elements are.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: the elements, and who sent them, with which tag.
  /// - Throws: `MPIError`; of class `type` where the message is no whole number of elements.
  public func receive<Element: MPIDatatype>(
    arrayOf type: Element.Type, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> (values: [Element], status: Status) {
    try matchedProbe(for: type, from: source, tag: tag).receive()
  }

  /// Receives a message of one value; blocks until it is there.
  ///
  /// Point to point: the source must send it.
  ///
  /// The corresponding MPI functions are `MPI_Mprobe` and `MPI_Mrecv`.
  ///
  /// - Parameters:
  ///   - type: what the value is.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: the value, and who sent it, with which tag.
  /// - Throws: `MPIError`; of class `truncated` where the message has more than one value, of class
  ///   `count` where it has none, as there is none from `nobody`.
  public func receive<Element: MPIDatatype>(
    _ type: Element.Type, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> (value: Element, status: Status) {
    let (values, status) = try receive(arrayOf: type, from: source, tag: tag)
    guard values.count <= 1 else {
      throw MPIError(
        errorClass: .truncated, message: "one value was expected, and \(values.count) came",
        function: "MPI_Mrecv")
    }
    return (try only(values.first, "MPI_Mrecv"), status)
  }

  /// The one value that a message has, or an error that says that it has none.
  @usableFromInline
  func only<Element>(_ value: Element?, _ function: StaticString) throws(MPIError) -> Element {
    guard let value else {
      throw MPIError(
        errorClass: .count, message: "one value was expected, and none came", function: function)
    }
    return value
  }

  @usableFromInline
  func receive(_ elements: Elements, from source: Int?, tag: Int?) throws(MPIError) -> Status {
    let message = try Message(elements)
    var status = MPI_Status()
    let code = MPI_Recv(
      message.address, message.count, message.type.handle, mpiSource(source), mpiTag(tag),
      handle.handle, &status)
    try check(code, "MPI_Recv")
    return try Status(status, of: elements.datatype, "MPI_Recv")
  }
}
