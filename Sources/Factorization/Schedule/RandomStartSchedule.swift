/// RSEQ: the strata of every epoch in the same cyclic order, from a random one on.
///
/// Row block `b` trains column block `b + s + a` (modulo the number of blocks) in sub-epoch `s`, where `a`
/// is drawn anew in each epoch. The strata and their cycle are those of ``SequentialSchedule``; only
/// where an epoch enters the cycle is random.
///
/// It stands between SEQ and WOR (Gemulla et al. 2011, section 4.2): what differs from SEQ comes from where
/// an epoch begins, what differs from WOR from the order within it. The definition is Stratum's own.
public struct RandomStartSchedule: StratumSchedule {
  private let random: CounterRandom

  /// Creates the schedule that belongs to a seed.
  public init(seed: UInt64) { random = CounterRandom(seed: seed, stream: .schedule) }

  /// The cyclic Latin square, entered at a stratum that is random and fresh in each epoch.
  public func plan(epoch: Int, blockCount: Int) -> EpochPlan {
    var generator = random.generator(UInt32(epoch))
    let start = generator.next(below: blockCount)
    let identity = Array(0..<blockCount)
    return EpochPlan(
      radices: [blockCount], rows: identity, columns: identity,
      shifts: identity.map { ($0 + start) % blockCount })
  }
}
