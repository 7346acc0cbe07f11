import CMPI

extension Communicator {
  /// Sends a block to every rank and receives one from each, in order of rank.
  ///
  /// Collective.
  ///
  /// - `values`: `size` blocks of a length that is the same on all ranks.
  /// - `result`: as many elements.
  @inlinable
  public func allToAll<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>
  ) throws(MPIError) {
    precondition(
      values.count.isMultiple(of: size) && result.count == values.count,
      "one block of values for each rank, and as much room")
    try allToAll(Elements(values), Elements(result))
  }

  /// Sends a block to every rank and returns those received, in order of rank.
  ///
  /// Collective.
  ///
  /// - `values`: `size` blocks of a length that is the same on all ranks.
  @inlinable
  public func allToAll<Element: MPIDatatype>(
    _ values: [Element]
  ) throws(MPIError) -> [Element] {
    precondition(values.count.isMultiple(of: size), "one block of values for each rank")
    return try [Element](receiving: values.count) { (storage) throws(MPIError) in
      try allToAll(Elements(values.span), Elements(storage))
    }
  }

  @usableFromInline
  func allToAll(_ source: Elements, _ target: Elements) throws(MPIError) {
    let block = try Message(source.block(of: size))
    let code = MPI_Alltoall(
      block.address, block.count, block.type.handle, target.address, block.count,
      block.type.handle, handle.handle)
    try check(code, "MPI_Alltoall")
  }
}
