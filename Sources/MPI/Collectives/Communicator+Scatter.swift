import CMPI

extension Communicator {
  /// Hands each rank its block of the root's values: rank 0 the first.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Scatter`.
  ///
  /// - Parameters:
  ///   - values: on the root, `size` blocks as long as `block`; unused on the others.
  ///   - block: room for this rank's block, equally long on all ranks.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func scatter<Element: MPIDatatype>(
    _ values: Span<Element>, into block: consuming MutableSpan<Element>, from root: Int
  ) throws(MPIError) {
    try require(
      rank != root || values.count == size * block.count,
      "the values must be one block of equal length for each rank", in: "MPI_Scatter")
    try scatter(Elements(values), Elements(block), from: root)
  }

  /// Returns this rank's block of the root's array: rank 0 gets the first.
  ///
  /// Collective; the length travels too.
  ///
  /// The corresponding MPI function is `MPI_Scatter`, after an `MPI_Bcast` of the length.
  ///
  /// - Parameters:
  ///   - values: on the root, `size` blocks of equal length; unused on the others.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: this rank's block.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func scatter<Element: MPIDatatype>(
    _ values: [Element], from root: Int
  ) throws(MPIError) -> [Element] {
    try require(
      rank != root || values.count.isMultiple(of: size),
      "the values must be one block of equal length for each rank", in: "MPI_Scatter")
    let count = try broadcast(values.count / size, from: root)
    return try [Element](receiving: count) { (storage) throws(MPIError) in
      try scatter(Elements(values.span), Elements(storage), from: root)
    }
  }

  @usableFromInline
  func scatter(
    _ source: Elements, _ elements: Elements, from root: Int
  ) throws(MPIError) {
    let block = try Message(elements)
    let code = MPI_Scatter(
      source.address, block.count, block.type.handle, block.address, block.count, block.type.handle,
      mpiRank(root), handle.handle)
    try check(code, "MPI_Scatter")
  }
}
