import Factorization
import Glibc
import MPI

/// Training diverged at every step size that was tried.
public struct TrainingFailure: AgreedFailure, Equatable {
  /// The epoch that could not be completed.
  public let epoch: Int
  /// The last step size that was tried; 0 where the method has none.
  public let stepSize: Double
  /// How often training went back to the last good epoch.
  public let restarts: Int

  /// How often training goes back to the last good epoch before it gives up.
  static let mostRestarts = 20

  /// The exit code of the program.
  public var exitCode: Int32 { 1 }

  /// What happened and what to do.
  public var sentence: String {
    guard stepSize > 0 else {
      return "training diverged in epoch \(epoch): "
        + "give a larger --regularization, or scale the values down"
    }
    let tries = restarts == 0 ? "" : ", even after \(restarts) restarts at smaller steps"
    return "training diverged in epoch \(epoch) at step size \(shortStepSize)\(tries): "
      + "give a smaller --initial-step or a larger --regularization"
  }

  /// The step size with three digits.
  private var shortStepSize: Double {
    let unit = pow(10, 2 - log10(stepSize).rounded(.down))
    return (stepSize * unit).rounded() / unit
  }
}
