/// SEQ: the strata of every epoch in the same cyclic order.
///
/// Row block `b` trains column block `b + s` (modulo the number of blocks) in sub-epoch `s`.
///
/// Source: Gemulla et al. 2011, section 4.2.
public struct SequentialSchedule: StratumSchedule {
  /// Creates the schedule, which has no choices.
  public init() {}

  /// The cyclic Latin square, the same in each epoch.
  public func plan(epoch: Int, blockCount: Int) -> EpochPlan {
    EpochPlan(cyclic: blockCount)
  }
}
