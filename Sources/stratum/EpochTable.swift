import DistributedFactorization
import Factorization
import Foundation
import MPI

/// What the user sees of a run: a table with a line an epoch on standard output, and the training
/// log.
///
/// On all ranks but the first it does nothing.
struct EpochTable {
  private let isShown: Bool
  private let log: TrainingLog?

  /// Opens the log.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where the log cannot be written.
  init(_ command: TrainCommand, _ world: borrowing Communicator) throws {
    isShown = world.rank == 0 && !command.quiet
    let isFirst = world.rank == 0
    log = try world.agree { () throws(InputError) in
      isFirst ? try TrainingLog(path: command.logPath) : nil
    }
  }

  /// Shows what is going to be trained.
  func begin(
    _ data: TrainingData, _ options: TrainingOptions, _ placement: Placement?, threads: Int,
    unknownTestRatings: Int
  ) {
    guard isShown else { return }
    let statistics = data.statistics
    print(
      "\(grouped(statistics.count)) ratings of \(grouped(data.rowDegrees.count)) rows and",
      "\(grouped(data.columnDegrees.count)) columns, mean \(fixed(statistics.mean, 4)),",
      "from \(statistics.minimum) to \(statistics.maximum)")
    print(
      "\(options.factors) factors, \(options.blocks) × \(options.blocks) blocks on",
      "\(counted(data.ownership.ranks, "rank")) × \(counted(threads, "thread")), λ",
      "\(fixed(Double(options.regularization.rows), 4))")
    if KernelBuild.ignoresFMA {
      print(
        "this program was built without the fast arithmetic that this CPU has, and is many times",
        "slower than one made by 'make build'")
    }
    if let placement {
      let table = PlacementTable(placement)
      for line in table.lines + [table.warning].compactMap(\.self) { print(line) }
    }
    if unknownTestRatings > 0 {
      print(
        "\(grouped(unknownTestRatings)) test ratings name rows or columns without training ratings",
        "and are left out here; 'stratum evaluate' counts them")
    }
    print(
      "epoch       loss  train RMSE  test RMSE       step  seconds  M ratings/s",
      "compute  waiting  loss time  imbalance", separator: "  ")
  }

  /// Shows how far a long epoch has come, on a terminal only: a line that the epoch's own overwrites.
  var progress: (@Sendable (_ epoch: Int, _ share: Double) -> Void)? {
    guard isShown, ProgressLine.isPossible else { return nil }
    let line = ProgressLine()
    return { epoch, share in line.show(epoch, share) }
  }

  /// Shows an epoch and logs it.
  func add(_ record: EpochRecord) {
    log?.add(record)
    guard isShown else { return }
    let whole =
      record.computeSeconds.mean + record.rotationSeconds.mean + record.waitingSeconds.mean
      + record.lossSeconds.mean
    func share(_ part: EpochRecord.Spread, _ width: Int) -> String {
      padded(record.epoch == 0 ? "-" : fixed(100 * part.mean / whole, 1) + " %", width)
    }
    let columns = [
      padded(String(record.epoch), 5), padded(scientific(record.loss), 11),
      padded(fixed(record.trainRMSE, 5), 12),
      padded(record.testRMSE.map { fixed($0, 5) } ?? "-", 11),
      padded(record.epoch == 0 || record.stepSize == 0 ? "-" : scientific(record.stepSize), 11),
      padded(fixed(record.elapsedSeconds, 2), 9),
      padded(record.epoch == 0 ? "-" : fixed(record.ratingsPerSecond / 1e6, 2), 13),
      share(record.computeSeconds, 9), share(record.waitingSeconds, 9),
      share(record.lossSeconds, 11),
      padded(record.epoch == 0 ? "-" : fixed(record.imbalance, 2), 11),
    ]
    let remarks =
      (record.hasDiverged ? ["diverged"] : []) + (record.isUndone ? ["undone"] : [])
    print(columns.joined() + (remarks.isEmpty ? "" : "  " + remarks.joined(separator: ", ")))
    fflush(nil)
  }

  /// Shows how the run ended.
  func end(
    _ result: EpochRecord, reason: StopReason, noiseFloor: Double?, clock: PhaseClock,
    peakBytes: Int, model: String
  ) {
    guard isShown else { return }
    switch reason {
    case .epochs: break
    case .converged: print("stopped because the loss fell by less than --tolerance")
    case .timeLimit: print("stopped at --time-limit")
    }
    let test = result.testRMSE.map { ", test RMSE \(fixed($0, 5))" } ?? ""
    print("train RMSE \(fixed(result.trainRMSE, 5))\(test)")
    if let noiseFloor, noiseFloor > 0 {
      let distance = result.testRMSE.map { rmse in
        "; the test RMSE is \(fixed(100 * (rmse / noiseFloor - 1), 2)) % above it"
      }
      print(
        "noise floor \(fixed(noiseFloor, 5)): no model can predict unseen ratings better"
          + (distance ?? ""))
    }
    let phases = clock.phases.map { "\($0.name) \(fixed($0.seconds, 2)) s" }
    print(phases.joined(separator: ", ") + "; at most \(peakBytes >> 20) MiB a rank")
    print("model in \(model)")
  }
}

/// A number with a fixed number of decimals.
func fixed(_ number: Double, _ decimals: Int) -> String {
  number.isFinite ? String(format: "%.\(decimals)f", number) : "\(number.magnitude)"
}

/// A number with four significant digits.
func scientific(_ number: Double) -> String {
  number.isFinite ? String(format: "%.3e", number) : "\(number.magnitude)"
}

/// A number with three significant digits, as people write it.
func significant(_ number: Double) -> String {
  let decimals = number == 0 ? 0 : max(0, 2 - Int(log10(number.magnitude).rounded(.down)))
  return number.isFinite ? String(format: "%.\(min(6, decimals))f", number) : "\(number)"
}

/// A count with separators of thousands.
func grouped(_ count: Int) -> String {
  let digits = Array(String(count))
  return digits.indices.map { index in
    let rest = digits.count - index
    return (index > 0 && rest % 3 == 0 ? "," : "") + String(digits[index])
  }.joined()
}

/// A count of things, of which one has no s at its end.
func counted(_ count: Int, _ name: String) -> String { "\(count) \(name)\(count == 1 ? "" : "s")" }

/// Text moved to the right end of a column, and at least one blank away from the column before.
func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(1, width - text.count)) + text
}
