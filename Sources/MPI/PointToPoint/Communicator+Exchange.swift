import CMPI

extension Communicator {
  /// Sends to one rank and receives from another at the same time, without the deadlock that two
  /// blocking calls risk.
  ///
  /// - `values`: what is sent to `destination`, with `tag`.
  /// - `buffer`: room for what `source` (nil: any rank) sends with `receiveTag` (nil: any tag).
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

  /// Sends a value to one rank and receives one from another; from `nobody` it gets its own back.
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
