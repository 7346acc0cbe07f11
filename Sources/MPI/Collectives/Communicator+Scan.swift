import CMPI

extension Communicator {
  /// Combines the values of ranks 0 to this one, this one's included.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Scan`.
  ///
  /// - Parameters:
  ///   - value: this rank's value.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Returns: the result for this rank.
  /// - Throws: `MPIError`.
  @inlinable
  public func scan<Element: MPIDatatype>(
    _ value: Element, _ reduction: Reduction<Element>
  ) throws(MPIError) -> Element {
    try withElement(value) { (storage) throws(MPIError) in
      try scan(.inPlace, Elements(storage), reduction.operation)
    }
  }

  /// Combines, position by position, the arrays of ranks 0 to this one, this one's included.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Scan`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Returns: the result for this rank, one element for each position.
  /// - Throws: `MPIError`.
  @inlinable
  public func scan<Element: MPIDatatype>(
    _ values: [Element], _ reduction: Reduction<Element>
  ) throws(MPIError) -> [Element] {
    try [Element](receiving: values.count) { (storage) throws(MPIError) in
      try scan(Elements(values.span), Elements(storage), reduction.operation)
    }
  }

  /// Combines, position by position, the values of ranks 0 to this one, this one's included, into
  /// `result`.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Scan`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: room for as many elements.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func scan<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>,
    _ reduction: Reduction<Element>
  ) throws(MPIError) {
    try require(
      result.count == values.count, "the result must have one element for each value",
      in: "MPI_Scan")
    try scan(Elements(values), Elements(result), reduction.operation)
  }

  /// Replaces the values, position by position, by the combination of those of ranks 0 to this one,
  /// this one's included.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Scan`.
  ///
  /// - Parameters:
  ///   - values: this rank's values, then the result for this rank.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Throws: `MPIError`.
  @inlinable
  public func scan<Element: MPIDatatype>(
    inPlace values: consuming MutableSpan<Element>, _ reduction: Reduction<Element>
  ) throws(MPIError) {
    try scan(.inPlace, Elements(values), reduction.operation)
  }

  /// Combines the values of the ranks before this one.
  ///
  ///     let firstIndex = try world.exclusiveScan(localCount, .sum, onRankZero: 0)
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Exscan`.
  ///
  /// - Parameters:
  ///   - value: this rank's value.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - first: what rank 0 gets, which has none before it; the others do not use it.
  /// - Returns: the result for this rank.
  /// - Throws: `MPIError`.
  @inlinable
  public func exclusiveScan<Element: MPIDatatype>(
    _ value: Element, _ reduction: Reduction<Element>, onRankZero first: Element
  ) throws(MPIError) -> Element {
    let result = try withElement(value) { (storage) throws(MPIError) in
      try exclusiveScan(.inPlace, Elements(storage), reduction.operation)
    }
    return rank == 0 ? first : result
  }

  /// Combines, position by position, the arrays of the ranks before this one.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Exscan`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - first: what every position gets on rank 0; the others do not use it.
  /// - Returns: the result for this rank, one element for each position.
  /// - Throws: `MPIError`.
  @inlinable
  public func exclusiveScan<Element: MPIDatatype>(
    _ values: [Element], _ reduction: Reduction<Element>, onRankZero first: Element
  ) throws(MPIError) -> [Element] {
    var result = values
    try exclusiveScan(inPlace: result.mutableSpan, reduction, onRankZero: first)
    return result
  }

  /// Replaces the values, position by position, by the combination of those of the ranks before
  /// this one.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Exscan`.
  ///
  /// - Parameters:
  ///   - values: this rank's values, then the result for this rank.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - first: what every position gets on rank 0; the others do not use it.
  /// - Throws: `MPIError`.
  @inlinable
  public func exclusiveScan<Element: MPIDatatype>(
    inPlace values: consuming MutableSpan<Element>, _ reduction: Reduction<Element>,
    onRankZero first: Element
  ) throws(MPIError) {
    try exclusiveScan(.inPlace, Elements(values), reduction.operation)
    // MPI leaves undefined what rank 0 has then.
    if rank == 0 { values.update(repeating: first) }
  }

  @usableFromInline
  func scan(
    _ source: Elements, _ target: Elements, _ operation: Operation
  ) throws(MPIError) {
    let call = try ReductionCall(operation, of: target)
    let code = MPI_Scan(
      source.address, call.message.address, call.message.count, call.message.type.handle,
      call.operation.handle, handle.handle)
    try check(code, "MPI_Scan")
  }

  @usableFromInline
  func exclusiveScan(
    _ source: Elements, _ target: Elements, _ operation: Operation
  ) throws(MPIError) {
    let call = try ReductionCall(operation, of: target)
    let code = MPI_Exscan(
      source.address, call.message.address, call.message.count, call.message.type.handle,
      call.operation.handle, handle.handle)
    try check(code, "MPI_Exscan")
  }
}
