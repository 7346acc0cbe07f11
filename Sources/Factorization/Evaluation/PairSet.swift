/// A set of (row, column) pairs by dense index, 8 bytes a pair; membership by bisection.
///
/// Recommending uses it for what a row has seen already.
public struct PairSet: Sendable {
  private var pairs: [UInt64]

  /// The set of some pairs; repeated ones count once.
  public init(_ pairs: some Sequence<(row: Int, column: Int)>) {
    self.pairs = pairs.map { Self.key(row: $0.row, column: $0.column) }
    self.pairs.sort()
  }

  /// Whether the pair is in the set.
  public func contains(row: Int, column: Int) -> Bool {
    let key = Self.key(row: row, column: column)
    var (low, high) = (0, pairs.count)
    while low < high {
      let middle = low + (high - low) / 2
      if pairs[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < pairs.count && pairs[low] == key
  }

  private static func key(row: Int, column: Int) -> UInt64 {
    UInt64(UInt32(row)) << 32 | UInt64(UInt32(column))
  }
}
