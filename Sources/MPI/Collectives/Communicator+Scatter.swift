import CMPI

extension Communicator {
  /// Hands each rank its block of the root's values: rank 0 the first.
  ///
  /// Collective.
  ///
  /// - `values`: on the root, `size` blocks as long as `block`; unused on the others.
  /// - `block`: this rank's block, equally long on all ranks.
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
  /// Collective; the length travels too, so what the other ranks give does not matter.
  ///
  /// - `values`: on the root, `size` blocks of equal length.
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
