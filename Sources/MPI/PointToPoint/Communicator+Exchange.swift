import CMPI

extension Communicator {
  /// Sends to one rank and receives from another at the same time, without the deadlock that two
  /// blocking calls risk.
  ///
  /// Point to point: the destination must receive, and the source send.
  ///
  /// The corresponding MPI function is `MPI_Sendrecv`.
  ///
  /// - Parameters:
  ///   - values: the elements of the message to send.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - tag: the tag of the message to send, from 0 to `largestTag`.
  ///   - buffer: room for the message to receive, which may be shorter.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - receiveTag: the tag of the message to receive; nil is any tag.
  /// - Returns: who sent what was received, with which tag, and how many elements.
  /// - Throws: `MPIError`; of class `truncated` where the message was longer than the buffer.
  @inlinable
  @discardableResult
  public func exchange<Sent: MPIDatatype, Received: MPIDatatype>(
    sending values: Span<Sent>, to destination: Int, tag: Int = 0,
    receivingInto buffer: consuming MutableSpan<Received>, from source: Int?,
    receiveTag: Int? = nil
  ) throws(MPIError) -> Status {
    try exchange(
      Elements(values), to: destination, tag: tag, Elements(buffer), from: source, receiveTag)
  }

  /// Sends an array to one rank and receives one that is not longer from another.
  ///
  /// Point to point: the destination must receive, and the source send.
  ///
  /// The corresponding MPI function is `MPI_Sendrecv`.
  ///
  /// - Parameters:
  ///   - values: the elements of the message to send.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - source: the sender's rank, or `nobody`.
  ///   - tag: the tag of both messages, from 0 to `largestTag`.
  /// - Returns: what was received; nothing from `nobody`.
  /// - Throws: `MPIError`; of class `truncated` where the array that came is longer than `values`.
  @inlinable
  public func exchange<Element: MPIDatatype>(
    _ values: [Element], to destination: Int, from source: Int, tag: Int = 0
  ) throws(MPIError) -> [Element] {
    try [Element](receivingUpTo: values.count) { (storage) throws(MPIError) in
      try exchange(
        Elements(values.span), to: destination, tag: tag, Elements(storage), from: source, tag
      ).count
    }
  }

  /// Sends a value to one rank and receives one from another.
  ///
  /// Point to point: the destination must receive, and the source send.
  ///
  /// The corresponding MPI function is `MPI_Sendrecv`.
  ///
  /// - Parameters:
  ///   - value: the value to send.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - source: the sender's rank, or `nobody`.
  ///   - tag: the tag of both messages, from 0 to `largestTag`.
  /// - Returns: the value received; from `nobody` the caller's own.
  /// - Throws: `MPIError`; of class `truncated` where more than one value came, of class `count`
  ///   where none did.
  @inlinable
  public func exchange<Element: MPIDatatype>(
    _ value: Element, to destination: Int, from source: Int, tag: Int = 0
  ) throws(MPIError) -> Element {
    let received = try exchange([value], to: destination, from: source, tag: tag).first
    return source == Communicator.nobody ? value : try only(received, "MPI_Sendrecv")
  }

  @usableFromInline
  func exchange(
    _ sentElements: Elements, to destination: Int, tag: Int, _ receivedElements: Elements,
    from source: Int?, _ receiveTag: Int?
  ) throws(MPIError) -> Status {
    let sent = try Message(sentElements)
    let received = try Message(receivedElements)
    var status = MPI_Status()
    let code = MPI_Sendrecv(
      sent.address, sent.count, sent.type.handle, mpiRank(destination), mpiTag(tag),
      received.address, received.count, received.type.handle, mpiSource(source),
      mpiTag(receiveTag), handle.handle, &status)
    try check(code, "MPI_Sendrecv")
    return try Status(status, of: receivedElements.datatype, "MPI_Sendrecv")
  }
}
