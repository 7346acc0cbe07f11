import CProcessor

/// The vectors of rows that the next tile needs, brought near little by little while a tile is trained.
///
/// Almost every entry at the start of a tile is the first of its row, so that its vector comes from
/// memory: all at once that is more than memory can give.
struct UpcomingVectors {
  private var address: UnsafeRawPointer?
  /// Cache lines that are asked for with each entry.
  private let lines: Int

  /// Spreads some memory over the entries of a tile.
  ///
  /// Unsafe: the memory is asked for only, neither read nor written, so that others may write it.
  init(_ memory: UnsafeRawBufferPointer, over count: Int) {
    address = memory.baseAddress
    let line = 64
    let all = (memory.count + line - 1) / line
    lines = (all + count - 1) / max(1, count)
  }

  /// Asks for the next part.
  @inline(__always)
  mutating func prefetch() {
    for _ in 0..<lines {
      cprocessor_prefetch_far(address)
      address = address.map { $0 + 64 }
    }
  }
}
