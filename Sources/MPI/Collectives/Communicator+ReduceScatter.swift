import CMPI

extension Communicator {
  /// Combines every rank's values, position by position, and gives each rank its block of the
  /// result: rank 0 the first.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Reduce_scatter_block`.
  ///
  /// - Parameters:
  ///   - values: `size` blocks as long as `block`, which is equally long on all ranks.
  ///   - block: room for this rank's block of the result.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func reduceScatter<Element: MPIDatatype>(
    _ values: Span<Element>, into block: consuming MutableSpan<Element>,
    _ reduction: Reduction<Element>
  ) throws(MPIError) {
    try require(
      values.count == size * block.count,
      "the values must be one block of equal length for each rank", in: "MPI_Reduce_scatter_block")
    try reduceScatter(Elements(values), Elements(block), reduction.operation)
  }

  /// Combines every rank's array, position by position, and returns this rank's block of the
  /// result: rank 0 gets the first.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Reduce_scatter_block`.
  ///
  /// - Parameters:
  ///   - values: `size` blocks of a length that is the same on all ranks.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Returns: this rank's block.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func reduceScatter<Element: MPIDatatype>(
    _ values: [Element], _ reduction: Reduction<Element>
  ) throws(MPIError) -> [Element] {
    try require(
      values.count.isMultiple(of: size),
      "the values must be one block of equal length for each rank", in: "MPI_Reduce_scatter_block")
    return try [Element](receiving: values.count / size) { (storage) throws(MPIError) in
      try reduceScatter(Elements(values.span), Elements(storage), reduction.operation)
    }
  }

  @usableFromInline
  func reduceScatter(
    _ source: Elements, _ target: Elements, _ operation: Operation
  ) throws(MPIError) {
    let call = try ReductionCall(operation, of: target)
    let code = MPI_Reduce_scatter_block(
      source.address, call.message.address, call.message.count, call.message.type.handle,
      call.operation.handle, handle.handle)
    try check(code, "MPI_Reduce_scatter_block")
  }
}
