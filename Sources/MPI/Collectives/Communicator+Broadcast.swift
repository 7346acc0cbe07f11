import CMPI

extension Communicator {
  /// Copies the root's values into every rank's buffer.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Bcast`.
  ///
  /// - Parameters:
  ///   - buffer: on the root what the others get, on the others the room for it.
  ///   - root: the rank whose values all get, the same on all ranks.
  /// - Throws: `MPIError`.
  @inlinable
  public func broadcast<Element: MPIDatatype>(
    _ buffer: consuming MutableSpan<Element>, from root: Int
  ) throws(MPIError) {
    try broadcast(Elements(buffer), from: root)
  }

  /// Returns the root's value on every rank.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Bcast`.
  ///
  /// - Parameters:
  ///   - value: what the others get; those of other ranks do not matter.
  ///   - root: the rank whose values all get, the same on all ranks.
  /// - Returns: the root's value.
  /// - Throws: `MPIError`.
  @inlinable
  public func broadcast<Element: MPIDatatype>(
    _ value: Element, from root: Int
  ) throws(MPIError) -> Element {
    try withElement(value) { (storage) throws(MPIError) in
      try broadcast(Elements(storage), from: root)
    }
  }

  /// Returns the root's array on every rank.
  ///
  /// Collective; the length travels too.
  ///
  /// The corresponding MPI function is `MPI_Bcast`, called for the length and for the elements.
  ///
  /// - Parameters:
  ///   - values: what the others get; those of other ranks do not matter.
  ///   - root: the rank whose values all get, the same on all ranks.
  /// - Returns: the root's values.
  /// - Throws: `MPIError`.
  @inlinable
  public func broadcast<Element: MPIDatatype>(
    _ values: [Element], from root: Int
  ) throws(MPIError) -> [Element] {
    let count = try broadcast(values.count, from: root)
    if rank == root {
      // MPI only reads at the root.
      try broadcast(Elements(values.span), from: root)
      return values
    }
    return try [Element](receiving: count) { (storage) throws(MPIError) in
      try broadcast(Elements(storage), from: root)
    }
  }

  @usableFromInline
  func broadcast(_ elements: Elements, from root: Int) throws(MPIError) {
    let message = try Message(elements)
    let code = MPI_Bcast(
      message.address, message.count, message.type.handle, mpiRank(root), handle.handle)
    try check(code, "MPI_Bcast")
  }
}
