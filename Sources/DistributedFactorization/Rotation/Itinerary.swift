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
}
