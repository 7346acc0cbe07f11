/// WR: strata drawn with replacement.
///
/// The d strata of a cyclic Latin square, whose rows and columns are permuted anew in each epoch, cover
/// the grid; each of the epoch's d sub-epochs draws one of them, all with the same probability and
/// independently. So an epoch visits some blocks several times and others not at all, each once on
/// average: it is no Latin square.
///
/// Source: Gemulla et al. 2011, section 4.2.
public struct WithReplacementSchedule: StratumSchedule {
  private let random: CounterRandom

  /// Creates the schedule that belongs to a seed.
  public init(seed: UInt64) { random = CounterRandom(seed: seed, stream: .schedule) }

  /// As many independent strata as there are blocks in a stratum, fresh in each epoch.
  public func plan(epoch: Int, blockCount: Int) -> EpochPlan {
    var generator = random.generator(UInt32(epoch))
    let rows = generator.permutation(of: blockCount)
    let columns = generator.permutation(of: blockCount)
    let shifts = (0..<blockCount).map { _ in generator.next(below: blockCount) }
    return EpochPlan(radices: [blockCount], rows: rows, columns: columns, shifts: shifts)
  }
}
