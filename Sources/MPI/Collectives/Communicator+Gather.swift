import CMPI

extension Communicator {
  /// Collects every rank's values, in order of rank, into the root's buffer.
  ///
  /// Collective; all ranks give the same number.
  ///
  /// The corresponding MPI function is `MPI_Gather`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: on the root, `size` times as many elements; unused on the others.
  ///   - root: the rank that gets the result, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func gather<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>, to root: Int
  ) throws(MPIError) {
    try require(
      rank != root || result.count == size * values.count,
      "the result must have room for the values of every rank", in: "MPI_Gather")
    try gather(Elements(values), into: Elements(result), to: root)
  }

  /// Collects every rank's array, in order of rank, on the root.
  ///
  /// Collective; all ranks give the same number.
  ///
  /// The corresponding MPI function is `MPI_Gather`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - root: the rank that gets the result, the same on all ranks.
  /// - Returns: the values of all ranks on the root, nil on the others.
  /// - Throws: `MPIError`.
  @inlinable
  public func gather<Element: MPIDatatype>(
    _ values: [Element], to root: Int
  ) throws(MPIError) -> [Element]? {
    guard rank == root else {
      try gather(Elements(values.span), into: .unused, to: root)
      return nil
    }
    return try [Element](receiving: size * values.count) { (storage) throws(MPIError) in
      try gather(Elements(values.span), into: Elements(storage), to: root)
    }
  }

  /// Collects every rank's value, in order of rank, on the root.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Gather`.
  ///
  /// - Parameters:
  ///   - value: this rank's value.
  ///   - root: the rank that gets the result, the same on all ranks.
  /// - Returns: the values of all ranks on the root, nil on the others.
  /// - Throws: `MPIError`.
  @inlinable
  public func gather<Element: MPIDatatype>(
    _ value: Element, to root: Int
  ) throws(MPIError) -> [Element]? {
    try gather([value], to: root)
  }

  /// Collects every rank's values, in order of rank, into every rank's buffer.
  ///
  /// Collective; all ranks give the same number.
  ///
  /// The corresponding MPI function is `MPI_Allgather`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: `size` times as many elements.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  @inlinable
  public func allGather<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>
  ) throws(MPIError) {
    try require(
      result.count == size * values.count,
      "the result must have room for the values of every rank", in: "MPI_Allgather")
    try allGather(Elements(values), into: Elements(result))
  }

  /// Returns every rank's array, in order of rank, on every rank.
  ///
  /// Collective; all ranks give the same number.
  ///
  /// The corresponding MPI function is `MPI_Allgather`.
  ///
  /// - Parameter values: this rank's values.
  /// - Returns: the values of all ranks.
  /// - Throws: `MPIError`.
  @inlinable
  public func allGather<Element: MPIDatatype>(
    _ values: [Element]
  ) throws(MPIError) -> [Element] {
    try [Element](receiving: size * values.count) { (storage) throws(MPIError) in
      try allGather(Elements(values.span), into: Elements(storage))
    }
  }

  /// Returns every rank's value, in order of rank, on every rank.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Allgather`.
  ///
  /// - Parameter value: this rank's value.
  /// - Returns: the values of all ranks.
  /// - Throws: `MPIError`.
  @inlinable
  public func allGather<Element: MPIDatatype>(_ value: Element) throws(MPIError) -> [Element] {
    try allGather([value])
  }

  @usableFromInline
  func gather(
    _ elements: Elements, into target: Elements, to root: Int
  ) throws(MPIError) {
    let message = try Message(elements)
    let code = MPI_Gather(
      message.address, message.count, message.type.handle, target.address, message.count,
      message.type.handle, mpiRank(root), handle.handle)
    try check(code, "MPI_Gather")
  }

  @usableFromInline
  func allGather(_ elements: Elements, into target: Elements) throws(MPIError) {
    let message = try Message(elements)
    let code = MPI_Allgather(
      message.address, message.count, message.type.handle, target.address, message.count,
      message.type.handle, handle.handle)
    try check(code, "MPI_Allgather")
  }
}
