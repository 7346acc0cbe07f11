import CMPI

/// When a send is over.
@frozen
public enum SendMode: Sendable {
  /// When the buffer can be used again: MPI may have copied the message somewhere.
  case standard
  /// When the receiver has begun to receive.
  case synchronous
}

extension Communicator {
  /// Sends values to `destination`, which must receive them; blocks until the buffer is free again.
  @inlinable
  public func send<Element: MPIDatatype>(
    _ values: Span<Element>, to destination: Int, tag: Int = 0, mode: SendMode = .standard
  ) throws(MPIError) {
    try send(Elements(values), to: destination, tag: tag, mode: mode)
  }

  /// Sends the values of an array to `destination`, which must receive them.
  @inlinable
  public func send<Element: MPIDatatype>(
    _ values: [Element], to destination: Int, tag: Int = 0, mode: SendMode = .standard
  ) throws(MPIError) {
    try send(values.span, to: destination, tag: tag, mode: mode)
  }

  /// Sends one value to `destination`, which must receive it.
  @inlinable
  public func send<Element: MPIDatatype>(
    _ value: Element, to destination: Int, tag: Int = 0, mode: SendMode = .standard
  ) throws(MPIError) {
    _ = try withElement(value) { (storage) throws(MPIError) in
      try send(Elements(storage), to: destination, tag: tag, mode: mode)
    }
  }

  @usableFromInline
  func send(
    _ elements: Elements, to destination: Int, tag: Int, mode: SendMode
  ) throws(MPIError) {
    let message = try Message(elements)
    let (rank, tag) = (mpiRank(destination), mpiTag(tag))
    switch mode {
    case .standard:
      let code = MPI_Send(
        message.address, message.count, message.type.handle, rank, tag, handle.handle)
      try check(code, "MPI_Send")
    case .synchronous:
      let code = MPI_Ssend(
        message.address, message.count, message.type.handle, rank, tag, handle.handle)
      try check(code, "MPI_Ssend")
    }
  }
}
