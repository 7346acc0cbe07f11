import CMPI

extension Communicator {
  /// Receives one message into `buffer`; blocks until it is there.
  ///
  /// - `buffer`: room for the message, which may be shorter; an error of class `truncated` says
  ///   that it was longer.
  /// - `source`: the sender, or nil for any.
  /// - `tag`: the sender's tag, or nil for any.
  ///
  /// Returns who sent it, with which tag, and how many elements.
  @inlinable
  @discardableResult
  public func receive<Element: MPIDatatype>(
    into buffer: consuming MutableSpan<Element>, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> Status {
    try receive(Elements(buffer), from: source, tag: tag)
  }

  /// Receives one message of any length as an array; blocks until it is there.
  ///
  /// The length need not be known: the message is probed first, and then received and no other,
  /// even if other threads receive at the same time.
  public func receive<Element: MPIDatatype>(
    arrayOf type: Element.Type, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> (values: [Element], status: Status) {
    try matchedProbe(for: type, from: source, tag: tag).receive()
  }

  /// Receives a message of one value; blocks until it is there.
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
