import CMPI

extension Communicator {
  /// Combines the values of ranks 0 to this one, this one's included.
  ///
  /// Collective.
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
  @inlinable
  public func scan<Element: MPIDatatype>(
    _ values: [Element], _ reduction: Reduction<Element>
  ) throws(MPIError) -> [Element] {
    try [Element](receiving: values.count) { (storage) throws(MPIError) in
      try scan(Elements(values.span), Elements(storage), reduction.operation)
    }
  }

  /// Combines, position by position, the values of ranks 0 to this one, into `result`.
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

  /// Replaces the values, position by position, by the combination of those of ranks 0 to this one.
  ///
  /// Collective; all lengths are equal.
  @inlinable
  public func scan<Element: MPIDatatype>(
    inPlace values: consuming MutableSpan<Element>, _ reduction: Reduction<Element>
  ) throws(MPIError) {
    try scan(.inPlace, Elements(values), reduction.operation)
  }

  /// Combines the values of the ranks before this one.
  ///
  /// Collective.
  ///
  ///     let firstIndex = try world.exclusiveScan(localCount, .sum, onRankZero: 0)
  ///
  /// - `first`: what rank 0 gets, which has none before it; the others do not use it.
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
  /// - `first`: what every position gets on rank 0; the others do not use it.
  @inlinable
  public func exclusiveScan<Element: MPIDatatype>(
    _ values: [Element], _ reduction: Reduction<Element>, onRankZero first: Element
  ) throws(MPIError) -> [Element] {
    var result = values
    try exclusiveScan(inPlace: result.mutableSpan, reduction, onRankZero: first)
    return result
  }

  /// Replaces the values, position by position, by the combination of those of the ranks before this
  /// one.
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
