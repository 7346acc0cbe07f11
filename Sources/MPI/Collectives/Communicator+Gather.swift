import CMPI

extension Communicator {
  /// Collects every rank's values, in order of rank, into the root's buffer.
  ///
  /// Collective; all ranks give the same number.
  ///
  /// - `result`: `size` times as many elements on the root; unused on the others.
  @inlinable
  public func gather<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>, to root: Int
  ) throws(MPIError) {
    try require(
      rank != root || result.count == size * values.count,
      "the result must have room for the values of every rank", in: "MPI_Gather")
    try gather(Elements(values), into: Elements(result), to: root)
  }

  /// Collects every rank's array, in order of rank, on the root; returns nil on the others.
  ///
  /// Collective; all ranks give the same number.
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

  /// Collects every rank's value, in order of rank, on the root; returns nil on the others.
  ///
  /// Collective.
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
  /// - `result`: `size` times as many elements.
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
