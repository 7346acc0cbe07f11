import CMPI

extension Communicator {
  /// Returns every rank's values, of any number, in order of rank, on every rank.
  ///
  /// Collective; the numbers travel too.
  ///
  /// The corresponding MPI function is `MPI_Allgatherv`, after an `MPI_Allgather` of the numbers.
  ///
  /// - Parameter values: this rank's values.
  /// - Returns: the values of all ranks, and how many each has.
  /// - Throws: `MPIError`.
  public func allGatherVarying<Element: MPIDatatype>(
    _ values: Span<Element>
  ) throws(MPIError) -> (values: [Element], counts: [Int]) {
    let counts = try allGather(values.count)
    let all = try [Element](receiving: counts.reduce(0, +)) { (storage) throws(MPIError) in
      try allGather(Elements(values), into: Elements(storage), counts)
    }
    return (all, counts)
  }

  /// Returns every rank's array, of any length, in order of rank, on every rank.
  ///
  /// Collective; the lengths travel too.
  ///
  /// The corresponding MPI function is `MPI_Allgatherv`, after an `MPI_Allgather` of the lengths.
  ///
  /// - Parameter values: this rank's values.
  /// - Returns: the values of all ranks, and how many each has.
  /// - Throws: `MPIError`.
  public func allGatherVarying<Element: MPIDatatype>(
    _ values: [Element]
  ) throws(MPIError) -> (values: [Element], counts: [Int]) {
    try allGatherVarying(values.span)
  }

  /// Collects every rank's values in every rank's `result`; all ranks know how many there are.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Allgatherv`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: room for the values of all ranks, packed in order of rank.
  ///   - counts: how many values each rank has, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func allGatherVarying<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>, counts: [Int]
  ) throws(MPIError) {
    try requireCounts(
      counts, here: values.count, addUpTo: result.count, in: "MPI_Allgatherv")
    try allGather(Elements(values), into: Elements(result), counts)
  }

  /// Returns every rank's values, of any number, in order of rank, on the root.
  ///
  /// Collective; the numbers travel too.
  ///
  /// The corresponding MPI function is `MPI_Gatherv`, after an `MPI_Allgather` of the numbers.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: on the root the values of all ranks, and how many each has; nil on the others.
  /// - Throws: `MPIError`.
  public func gatherVarying<Element: MPIDatatype>(
    _ values: Span<Element>, to root: Int
  ) throws(MPIError) -> (values: [Element], counts: [Int])? {
    let counts = try allGather(values.count)
    let room = rank == root ? counts.reduce(0, +) : 0
    let all = try [Element](receiving: room) { (storage) throws(MPIError) in
      try gather(Elements(values), into: Elements(storage), counts, to: root)
    }
    return rank == root ? (all, counts) : nil
  }

  /// Returns every rank's array, of any length, in order of rank, on the root.
  ///
  /// Collective; the lengths travel too.
  ///
  /// The corresponding MPI function is `MPI_Gatherv`, after an `MPI_Allgather` of the lengths.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: on the root the values of all ranks, and how many each has; nil on the others.
  /// - Throws: `MPIError`.
  public func gatherVarying<Element: MPIDatatype>(
    _ values: [Element], to root: Int
  ) throws(MPIError) -> (values: [Element], counts: [Int])? {
    try gatherVarying(values.span, to: root)
  }

  /// Collects every rank's values in the root's `result`; all ranks know how many there are.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Gatherv`.
  ///
  /// - Parameters:
  ///   - values: this rank's values.
  ///   - result: on the root, room for the values of all ranks, packed in order of rank; unused on
  ///     the others.
  ///   - counts: how many values each rank has, the same on all ranks.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func gatherVarying<Element: MPIDatatype>(
    _ values: Span<Element>, into result: consuming MutableSpan<Element>, counts: [Int],
    to root: Int
  ) throws(MPIError) {
    try requireCounts(
      counts, here: values.count, addUpTo: rank == root ? result.count : nil, in: "MPI_Gatherv")
    try gather(Elements(values), into: Elements(result), counts, to: root)
  }

  /// Returns this rank's block of the root's values.
  ///
  /// Collective; the lengths travel too.
  ///
  /// The corresponding MPI function is `MPI_Scatterv`, after an `MPI_Bcast` of the lengths.
  ///
  /// - Parameters:
  ///   - values: on the root, the blocks, packed in order of rank; unused on the others.
  ///   - counts: on the root, their lengths, one for each rank; unused on the others.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: this rank's block.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func scatterVarying<Element: MPIDatatype>(
    _ values: Span<Element>, counts: [Int], from root: Int
  ) throws(MPIError) -> [Element] {
    if rank == root { try requireCounts(counts, addUpTo: values.count, in: "MPI_Scatterv") }
    let counts = try broadcast(counts, from: root)
    return try [Element](receiving: counts[rank]) { (storage) throws(MPIError) in
      try scatter(Elements(values), into: Elements(storage), counts, from: root)
    }
  }

  /// Returns this rank's block of the root's array.
  ///
  /// Collective; the lengths travel too.
  ///
  /// The corresponding MPI function is `MPI_Scatterv`, after an `MPI_Bcast` of the lengths.
  ///
  /// - Parameters:
  ///   - values: on the root, the blocks, packed in order of rank; unused on the others.
  ///   - counts: on the root, their lengths, one for each rank; unused on the others.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Returns: this rank's block.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func scatterVarying<Element: MPIDatatype>(
    _ values: [Element], counts: [Int], from root: Int
  ) throws(MPIError) -> [Element] {
    try scatterVarying(values.span, counts: counts, from: root)
  }

  /// Hands each rank its block of the root's values; all ranks know how long the blocks are.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Scatterv`.
  ///
  /// - Parameters:
  ///   - values: on the root, the blocks, packed in order of rank; unused on the others.
  ///   - counts: their lengths, one for each rank, the same on all ranks.
  ///   - block: room for this rank's block.
  ///   - root: the rank that has the whole, the same on all ranks.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func scatterVarying<Element: MPIDatatype>(
    _ values: Span<Element>, counts: [Int], into block: consuming MutableSpan<Element>,
    from root: Int
  ) throws(MPIError) {
    try requireCounts(
      counts, here: block.count, addUpTo: rank == root ? values.count : nil, in: "MPI_Scatterv")
    try scatter(Elements(values), into: Elements(block), counts, from: root)
  }

  private func allGather(
    _ values: Elements, into result: Elements, _ counts: [Int]
  ) throws(MPIError) {
    guard let packed = PackedBlocks(counts, of: values.datatype) else {
      let blocks = try BlockExchange.allGather(counts, rank: rank, of: values.datatype)
      return try move(blocks, values, result)
    }
    let message = try Message(values)
    let code = MPI_Allgatherv(
      message.address, message.count, message.type.handle, result.address, packed.counts,
      packed.offsets, message.type.handle, handle.handle)
    try check(code, "MPI_Allgatherv")
  }

  private func gather(
    _ values: Elements, into result: Elements, _ counts: [Int], to root: Int
  ) throws(MPIError) {
    guard let packed = PackedBlocks(counts, of: values.datatype) else {
      let blocks = try BlockExchange.gather(counts, to: root, rank: rank, of: values.datatype)
      return try move(blocks, values, result)
    }
    let message = try Message(values)
    let code = MPI_Gatherv(
      message.address, message.count, message.type.handle, result.address, packed.counts,
      packed.offsets, message.type.handle, mpiRank(root), handle.handle)
    try check(code, "MPI_Gatherv")
  }

  private func scatter(
    _ values: Elements, into block: Elements, _ counts: [Int], from root: Int
  ) throws(MPIError) {
    guard let packed = PackedBlocks(counts, of: block.datatype) else {
      let blocks = try BlockExchange.scatter(counts, from: root, rank: rank, of: block.datatype)
      return try move(blocks, values, block)
    }
    let message = try Message(block)
    let code = MPI_Scatterv(
      values.address, packed.counts, packed.offsets, message.type.handle, message.address,
      message.count, message.type.handle, mpiRank(root), handle.handle)
    try check(code, "MPI_Scatterv")
  }
}
