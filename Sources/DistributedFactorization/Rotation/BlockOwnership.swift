/// Which rank owns which row blocks: neighbouring ones, as many on each rank as on any other, or one
/// more.
public struct BlockOwnership: Sendable {
  /// The number of row blocks of the grid.
  public let blockCount: Int
  /// The number of ranks among which they are divided.
  public let ranks: Int

  /// Divides the row blocks of a grid among ranks, of which there are at most as many.
  public init(blockCount: Int, ranks: Int) {
    precondition(ranks <= blockCount, "each rank needs a row block")
    self.blockCount = blockCount
    self.ranks = ranks
  }

  /// The row blocks of one rank.
  public func rowBlocks(ofRank rank: Int) -> Range<Int> {
    blockCount * rank / ranks..<blockCount * (rank + 1) / ranks
  }

  /// The rank that owns a row block.
  public func rank(ofRowBlock block: Int) -> Int {
    ((block + 1) * ranks - 1) / blockCount
  }
}
