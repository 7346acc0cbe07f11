import MPI

extension Communicator {
  /// Adds every rank's numbers, position by position, in place.
  ///
  /// Collective.
  ///
  /// All ranks get the same bits, which MPI does not promise of an Allreduce: each position is added up by
  /// one rank, and all take its sum. The bits depend on the number of ranks.
  ///
  /// - Parameter numbers: as many on all ranks; this rank's, then the sums.
  /// - Returns: the bytes that this rank has sent to others, at the least that this takes.
  /// - Throws: `MPIError`.
  func sumOverRanks(_ numbers: UnsafeMutableBufferPointer<Float>) throws(MPIError) -> Int {
    if size == 1 { return 0 }
    // In pieces, so that the copies take little memory.
    let block = min(1 << 18, (numbers.count + size - 1) / size)
    var sent = 0
    var start = 0
    while start < numbers.count {
      let end = min(start + size * block, numbers.count)
      var piece = Array(numbers[start..<end])
      piece += repeatElement(0, count: size * block - piece.count)
      let sums = try allGather(reduceScatter(piece, .sum))
      _ = UnsafeMutableBufferPointer(rebasing: numbers[start..<end])
        .update(fromContentsOf: sums.prefix(end - start))
      sent += 2 * (size - 1) * block * MemoryLayout<Float>.stride
      start = end
    }
    return sent
  }
}
