import CMPI

extension Communicator {
  /// Combines every rank's values, position by position, into `result` on every rank.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Allreduce`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: room for as many elements.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func allReduce<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>,
    _ reduction: Reduction<Element>
  ) throws(MPIError) {
    try require(
      result.count == values.count,
      "the result must have one element for each value", in: "MPI_Allreduce")
    try allReduce(Elements(values), Elements(result), reduction.operation)
  }

  /// Combines every rank's values, position by position, and replaces them by the result on every
  /// rank.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Allreduce`.
  ///
  /// - Parameters:
  ///   - values: this rank's values, then the result.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Throws: `MPIError`.
  @inlinable
  public func allReduce<Element: MPIDatatype>(
    inPlace values: consuming MutableSpan<Element>, _ reduction: Reduction<Element>
  ) throws(MPIError) {
    try allReduce(.inPlace, Elements(values), reduction.operation)
  }

  /// Combines every rank's array, position by position, and returns the result on every rank.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Allreduce`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Returns: one element for each position.
  /// - Throws: `MPIError`.
  @inlinable
  public func allReduce<Element: MPIDatatype>(
    _ values: [Element], _ reduction: Reduction<Element>
  ) throws(MPIError) -> [Element] {
    try [Element](receiving: values.count) { (storage) throws(MPIError) in
      try allReduce(Elements(values.span), Elements(storage), reduction.operation)
    }
  }

  /// Combines every rank's value and returns the result on every rank.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Allreduce`.
  ///
  /// - Parameters:
  ///   - value: this rank's value.
  ///   - reduction: how two elements are combined, the same on all ranks.
  /// - Returns: the result.
  /// - Throws: `MPIError`.
  @inlinable
  public func allReduce<Element: MPIDatatype>(
    _ value: Element, _ reduction: Reduction<Element>
  ) throws(MPIError) -> Element {
    try withElement(value) { (storage) throws(MPIError) in
      try allReduce(.inPlace, Elements(storage), reduction.operation)
    }
  }

  /// Combines every rank's values, position by position, into `result` on the root.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Reduce`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: on the root, room for as many elements; unused on the others.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - root: the rank that gets the result, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func reduce<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>,
    _ reduction: Reduction<Element>, to root: Int
  ) throws(MPIError) {
    try require(
      rank != root || result.count == values.count,
      "the result must have one element for each value", in: "MPI_Reduce")
    // Only the root's result is used, so it may have any length on the others.
    let target = Elements(result).with(count: values.count, of: Element.datatype)
    try reduce(Elements(values), target, reduction.operation, to: root)
  }

  /// Combines every rank's values, position by position, and replaces the root's by the result.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Reduce`.
  ///
  /// - Parameters:
  ///   - values: this rank's values; on the root, then the result.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - root: the rank that gets the result, the same on all ranks.
  /// - Throws: `MPIError`.
  @inlinable
  public func reduce<Element: MPIDatatype>(
    inPlace values: consuming MutableSpan<Element>, _ reduction: Reduction<Element>, to root: Int
  ) throws(MPIError) {
    // What was made from a constant can be held; a parameter that is consumed could change.
    let values = values
    let elements = Elements(values)
    try reduce(rank == root ? .inPlace : elements, elements, reduction.operation, to: root)
  }

  /// Combines every rank's array, position by position, and returns the result on the root.
  ///
  /// Collective; all lengths are equal.
  ///
  /// The corresponding MPI function is `MPI_Reduce`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - root: the rank that gets the result, the same on all ranks.
  /// - Returns: one element for each position on the root, nil on the others.
  /// - Throws: `MPIError`.
  @inlinable
  public func reduce<Element: MPIDatatype>(
    _ values: [Element], _ reduction: Reduction<Element>, to root: Int
  ) throws(MPIError) -> [Element]? {
    guard rank == root else {
      try reduce(
        Elements(values.span), Elements(values.span), reduction.operation, to: root)
      return nil
    }
    return try [Element](receiving: values.count) { (storage) throws(MPIError) in
      try reduce(Elements(values.span), Elements(storage), reduction.operation, to: root)
    }
  }

  /// Combines every rank's value and returns the result on the root.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Reduce`.
  ///
  /// - Parameters:
  ///   - value: this rank's value.
  ///   - reduction: how two elements are combined, the same on all ranks.
  ///   - root: the rank that gets the result, the same on all ranks.
  /// - Returns: the result on the root, nil on the others.
  /// - Throws: `MPIError`.
  @inlinable
  public func reduce<Element: MPIDatatype>(
    _ value: Element, _ reduction: Reduction<Element>, to root: Int
  ) throws(MPIError) -> Element? {
    let result = try withElement(value) { (storage) throws(MPIError) in
      let elements = Elements(storage)
      try reduce(rank == root ? .inPlace : elements, elements, reduction.operation, to: root)
    }
    return rank == root ? result : nil
  }

  @usableFromInline
  func allReduce(
    _ source: Elements, _ target: Elements, _ operation: Operation
  ) throws(MPIError) {
    let call = try ReductionCall(operation, of: target)
    let code = MPI_Allreduce(
      source.address, call.message.address, call.message.count, call.message.type.handle,
      call.operation.handle, handle.handle)
    try check(code, "MPI_Allreduce")
  }

  @usableFromInline
  func reduce(
    _ source: Elements, _ target: Elements, _ operation: Operation, to root: Int
  ) throws(MPIError) {
    let call = try ReductionCall(operation, of: target)
    let code = MPI_Reduce(
      source.address, call.message.address, call.message.count, call.message.type.handle,
      call.operation.handle, mpiRank(root), handle.handle)
    try check(code, "MPI_Reduce")
  }
}
