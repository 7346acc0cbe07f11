/// The order in which an epoch visits the blocks of the grid: which column block each row block
/// trains in each sub-epoch.
///
/// A schedule is a pure function of (seed, epoch, number of blocks). Every rank computes the same
/// one, so both ends of every message know it and nothing is negotiated.
public protocol StratumSchedule: Sendable {
  /// The plan of one epoch over a grid of `blockCount` × `blockCount` blocks: a stratum for each
  /// sub-epoch, and a Latin square where the schedule visits each block once.
  func plan(epoch: Int, blockCount: Int) -> EpochPlan
}
