import CMPI

extension Communicator {
  /// Sends a block to every rank and receives one from each, of any lengths.
  ///
  /// Collective. Both sides know the lengths; where only the senders do, take the form that returns
  /// an array.
  ///
  /// The corresponding MPI function is `MPI_Alltoallw`.
  ///
  /// - Parameters:
  ///   - values: the blocks to send, packed in order of rank.
  ///   - counts: their lengths, one for each rank.
  ///   - result: room for the blocks received, packed in order of rank.
  ///   - resultCounts: their lengths, one for each rank.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func allToAllVarying<Element: MPIDatatype>(
    _ values: Span<Element>, counts: [Int], into result: consuming MutableSpan<Element>,
    resultCounts: [Int]
  ) throws(MPIError) {
    try requireCounts(counts, addUpTo: values.count, in: "MPI_Alltoallw")
    try requireCounts(resultCounts, addUpTo: result.count, in: "MPI_Alltoallw")
    let blocks = try BlockExchange(
      sent: Blocks(packed: counts, of: Element.datatype),
      received: Blocks(packed: resultCounts, of: Element.datatype))
    try move(blocks, Elements(values), Elements(result))
  }

  /// Sends a block to every rank and returns those received, with their lengths.
  ///
  /// Collective. Only the senders need to know the lengths.
  ///
  /// The corresponding MPI function is `MPI_Alltoallw`, after an `MPI_Alltoall` of the lengths.
  ///
  /// - Parameters:
  ///   - values: the blocks to send, packed in order of rank.
  ///   - counts: their lengths, one for each rank.
  /// - Returns: the blocks received, packed in order of rank, and their lengths.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func allToAllVarying<Element: MPIDatatype>(
    _ values: Span<Element>, counts: [Int]
  ) throws(MPIError) -> (values: [Element], counts: [Int]) {
    try requireCounts(counts, addUpTo: values.count, in: "MPI_Alltoallw")
    let resultCounts = try allToAll(counts)
    let blocks = try BlockExchange(
      sent: Blocks(packed: counts, of: Element.datatype),
      received: Blocks(packed: resultCounts, of: Element.datatype))
    let total = resultCounts.reduce(0, +)
    let received = try [Element](receiving: total) { (storage) throws(MPIError) in
      try move(blocks, Elements(values), Elements(storage))
    }
    return (received, resultCounts)
  }

  /// Sends a block to every rank and returns those received, with their lengths.
  ///
  /// Collective. Only the senders need to know the lengths.
  ///
  /// The corresponding MPI function is `MPI_Alltoallw`, after an `MPI_Alltoall` of the lengths.
  ///
  /// - Parameters:
  ///   - values: the blocks to send, packed in order of rank.
  ///   - counts: their lengths, one for each rank.
  /// - Returns: the blocks received, packed in order of rank, and their lengths.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func allToAllVarying<Element: MPIDatatype>(
    _ values: [Element], counts: [Int]
  ) throws(MPIError) -> (values: [Element], counts: [Int]) {
    try allToAllVarying(values.span, counts: counts)
  }

  /// Starts to send a block to every rank and to receive one from each, of any lengths.
  ///
  /// Collective; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Ialltoallw`.
  ///
  /// - Parameters:
  ///   - values: the blocks to send, packed in order of rank.
  ///   - counts: their lengths, one for each rank.
  ///   - result: room for the blocks received, packed in order of rank.
  ///   - resultCounts: their lengths, one for each rank.
  /// - Returns: the request, which gives both buffers back.
  /// - Throws: `MPIError`; of class `count` where the lengths do not fit.
  public func startAllToAllVarying<
    Sent: ContiguousStorage & ~Copyable, Received: ContiguousStorage & ~Copyable
  >(
    giving values: consuming Sent, counts: [Int], into result: consuming Received,
    resultCounts: [Int]
  ) throws(MPIError) -> Request<Exchanged<Sent, Received>> where Sent.Element == Received.Element {
    let (source, target) = (values.unsafeMutableStorage, result.unsafeMutableStorage)
    try requireCounts(counts, addUpTo: source.count, in: "MPI_Ialltoallw")
    try requireCounts(resultCounts, addUpTo: target.count, in: "MPI_Ialltoallw")
    let blocks = try BlockExchange(
      sent: Blocks(packed: counts, of: Sent.Element.datatype),
      received: Blocks(packed: resultCounts, of: Sent.Element.datatype))
    let payload = Exchanged(sent: values, received: result)
    return try Ticket(payload, companion: blocks).request { (request) throws(MPIError) in
      try startMoving(blocks, source.baseAddress, target.baseAddress, &request)
    }
  }

  /// Checks what a caller says about its blocks: how long this rank's is, and all together, where
  /// that is known here.
  func requireCounts(
    _ counts: [Int], here: Int? = nil, addUpTo total: Int?, in function: StaticString
  ) throws(MPIError) {
    try require(
      counts.count == size && counts.allSatisfy { $0 >= 0 },
      "there must be one count for each rank, and none below 0", in: function)
    try require(
      here == nil || here == counts[rank],
      "this rank's count must be the number of its elements", in: function)
    try require(
      total == nil || total == counts.reduce(0, +),
      "the counts must add up to the number of elements", in: function)
  }

  /// Moves blocks between all ranks.
  func move(
    _ blocks: BlockExchange, _ source: Elements, _ target: Elements
  ) throws(MPIError) {
    let code = cmpi_all_to_all_w(
      source.address, blocks.sent.counts, blocks.sent.offsets, blocks.sent.types, target.address,
      blocks.received.counts, blocks.received.offsets, blocks.received.types, handle)
    try check(code, "MPI_Alltoallw")
  }

  /// Starts to move blocks between all ranks; whoever calls keeps `blocks` until it is over.
  func startMoving(
    _ blocks: BlockExchange, _ source: UnsafeMutableRawPointer?,
    _ target: UnsafeMutableRawPointer?, _ request: inout CMPIRequest
  ) throws(MPIError) {
    let code = cmpi_start_all_to_all_w(
      source, blocks.sent.counts, blocks.sent.offsets, blocks.sent.types, target,
      blocks.received.counts, blocks.received.offsets, blocks.received.types, handle, &request)
    try check(code, "MPI_Ialltoallw")
  }
}
