import CMPI

/// The lengths and places of blocks that lie one after another, in order of rank, as the calls with
/// a `v` at the end of their names take them.
///
/// Its arrays have addresses of their own, as MPI needs them until a transfer is over.
final class PackedBlocks {
  let counts: UnsafeMutablePointer<Int32>
  let offsets: UnsafeMutablePointer<Int32>

  /// Describes the blocks; nil where `int` cannot hold the numbers.
  ///
  /// All ranks must come to the same answer, since they then choose the same call: it depends on
  /// nothing but all counts, which all ranks know.
  init?(_ elementCounts: [Int], of datatype: Datatype) {
    let total = elementCounts.reduce(0, +) * datatype.basicsPerElement
    guard total <= LargeCount.limit else { return nil }
    counts = .allocate(capacity: elementCounts.count)
    offsets = .allocate(capacity: elementCounts.count)
    var offset = 0
    for (rank, elementCount) in elementCounts.enumerated() {
      let count = elementCount * datatype.basicsPerElement
      (counts + rank).initialize(to: Int32(count))
      (offsets + rank).initialize(to: Int32(offset))
      offset += count
    }
  }

  deinit {
    counts.deallocate()
    offsets.deallocate()
  }
}
