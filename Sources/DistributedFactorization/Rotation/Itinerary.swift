import Factorization

/// Where column blocks are in each sub-epoch of a sweep, and where they go after it.
///
/// If it is known which sweep comes next, each column block goes on to the row block that visits it first in
/// that one as soon as the last visit is done, while others are still visited. To the rotation that is one
/// more sub-epoch, in which nothing is visited.
struct Itinerary {
  /// The order of the visits.
  let plan: EpochPlan
  /// The order of the visits in the next sweep, where it is known.
  let next: EpochPlan?

  /// The last sub-epoch, or the one in which nothing is visited.
  var last: Int { next == nil ? plan.blockCount - 1 : plan.blockCount }

  /// The row block at which a column block is in a sub-epoch.
  func rowBlock(ofColumnBlock columnBlock: Int, inSubEpoch subEpoch: Int) -> Int {
    if let next, subEpoch == plan.blockCount {
      return next.rowBlock(ofColumnBlock: columnBlock, inSubEpoch: 0)
    }
    return plan.rowBlock(ofColumnBlock: columnBlock, inSubEpoch: subEpoch)
  }

  /// The column block that is at a row block in a sub-epoch.
  func columnBlock(ofRowBlock rowBlock: Int, inSubEpoch subEpoch: Int) -> Int {
    if let next, subEpoch == plan.blockCount {
      return next.columnBlock(ofRowBlock: rowBlock, inSubEpoch: 0)
    }
    return plan.columnBlock(ofRowBlock: rowBlock, inSubEpoch: subEpoch)
  }

  // MARK: Ranks

  /// The rank at which a column block is in a sub-epoch.
  func rank(
    ofColumnBlock columnBlock: Int, inSubEpoch subEpoch: Int, _ ownership: BlockOwnership
  ) -> Int {
    ownership.rank(ofRowBlock: rowBlock(ofColumnBlock: columnBlock, inSubEpoch: subEpoch))
  }

  /// A column block that a rank gets from another one.
  struct Arrival {
    let columnBlock: Int
    /// The sub-epoch for which it comes.
    let subEpoch: Int
    /// The rank that it comes from.
    let source: Int
  }

  /// The blocks that a rank receives.
  ///
  /// - Parameters:
  ///   - rank: the rank.
  ///   - ownership: which rank owns which row blocks.
  ///   - homes: the rank at which each column block is before the sweep.
  /// - Returns: the blocks, in the order of the sub-epochs that need them.
  func arrivals(atRank rank: Int, _ ownership: BlockOwnership, homes: [Int]) -> [Arrival] {
    var arrivals: [Arrival] = []
    for subEpoch in 0...last {
      for row in ownership.rowBlocks(ofRank: rank) {
        let column = columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
        let source =
          subEpoch == 0
          ? homes[column]
          : self.rank(ofColumnBlock: column, inSubEpoch: subEpoch - 1, ownership)
        if source != rank {
          arrivals.append(Arrival(columnBlock: column, subEpoch: subEpoch, source: source))
        }
      }
    }
    return arrivals
  }
}
