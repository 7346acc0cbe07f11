import Factorization

/// Where a run stands between two epochs, beside the factors and what its solver carries: all that decides how it
/// goes on.
struct TrainingState: Codable, Sendable {
  /// The records of the start and of all epochs so far, also of those that were undone; none before the start.
  var records: [EpochRecord] = []
  /// The step size of the next epoch, and what decides those after it.
  var step: StepSize
  /// How often the epoch that comes next has diverged already.
  var restarts = 0

  init(step: StepSize) { self.step = step }

  /// The number of the epoch that comes next.
  var nextEpoch: Int { (records.last?.epoch ?? -1) + (restarts == 0 ? 1 : 0) }

  /// Seconds since training began, as this rank saw it.
  var elapsedSeconds: Double { records.last?.elapsedSeconds ?? 0 }

  /// The record of the last epoch that stands.
  var last: EpochRecord {
    guard let last = records.last(where: { !$0.isUndone }) else {
      preconditionFailure("training has not begun")
    }
    return last
  }

  /// The share by which the last epoch lowered the loss of the one that stood before it; nil where it diverged, and
  /// at the start.
  var improvement: Double? {
    guard restarts == 0, let record = records.last,
      let before = records.dropLast().last(where: { !$0.isUndone })
    else { return nil }
    return (before.loss - record.loss) / before.loss
  }
}
