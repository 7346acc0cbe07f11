import Factorization
import Foundation
import Synchronization

/// A line on the terminal that tells how much of an epoch is done: after its first second, twice a
/// second.
final class ProgressLine: Sendable {
  private struct State {
    var epoch = 0
    var nextShown = 0.0
  }

  private let state = Mutex(State())

  /// Whether a user watches: standard output is a terminal, and where mpirun started the program, whose
  /// ranks write to a pseudo-terminal in any case, mpirun's is one.
  static var isPossible: Bool {
    guard isatty(STDOUT_FILENO) != 0 else { return false }
    guard ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_RANK"] != nil else { return true }
    let output = try? FileManager.default.destinationOfSymbolicLink(
      atPath: "/proc/\(getppid())/fd/\(STDOUT_FILENO)")
    return output.map { $0.hasPrefix("/dev/pts/") || $0.hasPrefix("/dev/tty") } ?? false
  }

  /// Shows the share of an epoch that is done, unless the epoch is young or that was shown just now.
  func show(_ epoch: Int, _ share: Double) {
    let now = MonotonicClock.seconds
    let isDue = state.withLock { state in
      if state.epoch != epoch { state = State(epoch: epoch, nextShown: now + 1) }
      if now < state.nextShown { return false }
      state.nextShown = now + 0.5
      return true
    }
    guard isDue else { return }
    let width = 40
    let done = Int(share * Double(width))
    let bar = String(repeating: "#", count: done) + String(repeating: ".", count: width - done)
    // The carriage return lets the next line overwrite this one.
    print("\(padded(String(epoch), 5))  \(bar) \(Int(100 * share)) %", terminator: "\r")
    fflush(nil)
  }
}
