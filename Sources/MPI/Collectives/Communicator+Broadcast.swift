import CMPI

extension Communicator {
  /// Copies the root's values into every rank's buffer.
  ///
  /// Collective; the lengths must be equal.
  @inlinable
  public func broadcast<Element: MPIDatatype>(
    _ buffer: consuming MutableSpan<Element>, from root: Int
  ) throws(MPIError) {
    try broadcast(Elements(buffer), from: root)
  }

  /// Returns the root's value on every rank.
  ///
  /// Collective.
  @inlinable
  public func broadcast<Element: MPIDatatype>(
    _ value: Element, from root: Int
  ) throws(MPIError) -> Element {
    try withElement(value) { (storage) throws(MPIError) in
      try broadcast(Elements(storage), from: root)
    }
  }

  /// Returns the root's array on every rank; the length travels too.
  ///
  /// Collective; what the other ranks give does not matter.
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
