/// WOR: strata drawn without replacement.
///
/// A cyclic Latin square whose rows, columns and sub-epochs are permuted anew in each epoch.
///
/// Source: Gemulla et al. 2011, section 4.2.
public struct WithoutReplacementSchedule: StratumSchedule {
  private let random: CounterRandom

  /// Creates the schedule that belongs to a seed.
  public init(seed: UInt64) { random = CounterRandom(seed: seed, stream: .schedule) }

  /// A Latin square that is random and fresh in each epoch.
  public func plan(epoch: Int, blockCount: Int) -> EpochPlan {
    var generator = random.generator(UInt32(epoch))
    let rows = generator.permutation(of: blockCount)
    let columns = generator.permutation(of: blockCount)
    let shifts = generator.permutation(of: blockCount)
    return EpochPlan(radices: [blockCount], rows: rows, columns: columns, shifts: shifts)
  }
}
