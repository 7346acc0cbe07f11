import CMPI

/// When a send is over.
@frozen
public enum SendMode: Sendable {
  /// When the buffer can be used again, which may be before anybody receives: `MPI_Send`.
  case standard
  /// When the receiver has begun to receive: `MPI_Ssend`.
  case synchronous
}

extension Communicator {
  /// Sends values to `destination`; blocks until their memory can be used again.
  ///
  /// Point to point: the destination must receive them.
  ///
  /// The corresponding MPI functions are `MPI_Send` and, in synchronous mode, `MPI_Ssend`.
  ///
  /// - Parameters:
  ///   - values: the elements of the message.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - tag: what the receiver can choose messages by, from 0 to `largestTag`.
  ///   - mode: when the send is over.
  /// - Throws: `MPIError`.
  @inlinable
  public func send<Element: MPIDatatype>(
    _ values: Span<Element>, to destination: Int, tag: Int = 0, mode: SendMode = .standard
  ) throws(MPIError) {
    try send(Elements(values), to: destination, tag: tag, mode: mode)
  }

  /// Sends the values of an array to `destination`.
  ///
  /// Point to point: the destination must receive them.
  ///
  /// The corresponding MPI functions are `MPI_Send` and, in synchronous mode, `MPI_Ssend`.
  ///
  /// - Parameters:
  ///   - values: the elements of the message.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - tag: what the receiver can choose messages by, from 0 to `largestTag`.
  ///   - mode: when the send is over.
  /// - Throws: `MPIError`.
  @inlinable
  public func send<Element: MPIDatatype>(
    _ values: [Element], to destination: Int, tag: Int = 0, mode: SendMode = .standard
  ) throws(MPIError) {
    try send(values.span, to: destination, tag: tag, mode: mode)
  }

  /// Sends one value to `destination`.
  ///
  /// Point to point: the destination must receive it.
  ///
  /// The corresponding MPI functions are `MPI_Send` and, in synchronous mode, `MPI_Ssend`.
  ///
  /// - Parameters:
  ///   - value: the only element of the message.
  ///   - destination: the receiver's rank, or `nobody`.
  ///   - tag: what the receiver can choose messages by, from 0 to `largestTag`.
  ///   - mode: when the send is over.
  /// - Throws: `MPIError`.
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
