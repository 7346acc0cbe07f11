/// The stratum schedules that can be chosen by name.
public enum ScheduleKind: String, Sendable, Codable, CaseIterable {
  /// Strata without replacement, see ``WithoutReplacementSchedule``.
  case wor
  /// Strata in cyclic order, see ``SequentialSchedule``.
  case seq
  /// Strata in cyclic order from a random one on, see ``RandomStartSchedule``.
  case rseq
  /// Strata with replacement, see ``WithReplacementSchedule``.
  case wr
  /// Strata without replacement that keep column blocks near, see ``LocalityAwareSchedule``.
  case laWor = "la-wor"

  /// Whether an epoch visits each block exactly once.
  public var visitsEachBlockOnce: Bool { self != .wr }

  /// The schedule that belongs to a seed.
  public func schedule(seed: UInt64) -> any StratumSchedule {
    switch self {
    case .wor: WithoutReplacementSchedule(seed: seed)
    case .seq: SequentialSchedule()
    case .rseq: RandomStartSchedule(seed: seed)
    case .wr: WithReplacementSchedule(seed: seed)
    case .laWor: LocalityAwareSchedule(seed: seed)
    }
  }
}
