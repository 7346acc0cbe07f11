import CMPI

extension Communicator {
  /// Sends a block to every rank and receives one from each, in order of rank.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Alltoall`.
  ///
  /// - Parameters:
  ///   - values: `size` blocks of a length that is the same on all ranks.
  ///   - result: room for as many elements.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func allToAll<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>
  ) throws(MPIError) {
    try require(
      values.count.isMultiple(of: size) && result.count == values.count,
      "values and result must have one block for each rank, equally many elements",
      in: "MPI_Alltoall")
    try allToAll(Elements(values), Elements(result))
  }

  /// Sends a block to every rank and returns those received, in order of rank.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Alltoall`.
  ///
  /// - Parameter values: `size` blocks of a length that is the same on all ranks.
  /// - Returns: `size` blocks of the same length, one from each rank.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func allToAll<Element: MPIDatatype>(
    _ values: [Element]
  ) throws(MPIError) -> [Element] {
    try require(
      values.count.isMultiple(of: size),
      "the values must be one block of equal length for each rank", in: "MPI_Alltoall")
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
