/// The stratum schedules that can be chosen by name.
public enum ScheduleKind: String, Sendable, Codable, CaseIterable {
  /// Strata without replacement, see ``WithoutReplacementSchedule``.
  case wor
  /// Strata in cyclic order, see ``SequentialSchedule``.
  case seq
  /// Strata without replacement that keep column blocks near, see ``LocalityAwareSchedule``.
  case laWor = "la-wor"

  /// The schedule that belongs to a seed.
  public func schedule(seed: UInt64) -> any StratumSchedule {
    switch self {
    case .wor: WithoutReplacementSchedule(seed: seed)
    case .seq: SequentialSchedule()
    case .laWor: LocalityAwareSchedule(seed: seed)
    }
  }
}
