import MPI

/// Training was asked to end before it was over, and can be gone on with from a checkpoint.
public struct TrainingInterruption: AgreedFailure, Equatable {
  /// The last epoch that was completed.
  public let epoch: Int
  /// The number of epochs that were asked for.
  public let epochs: Int
  /// The checkpoint.
  public let path: String

  /// The exit code of the program: `EX_TEMPFAIL` of sysexits.h, which says that trying again will do.
  public var exitCode: Int32 { 75 }

  /// What happened and what to do.
  public var sentence: String {
    "interrupted after epoch \(epoch) of \(epochs): start the same command again to go on from \(path)"
  }
}
