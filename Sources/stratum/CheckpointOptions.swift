import ArgumentParser
import CInterruption
import DistributedFactorization
import Factorization
import MPI

/// Whether and how often a run is saved, so that it can be gone on with.
struct CheckpointOptions: ParsableArguments {
  @Option(
    help: "Save the run in this directory after epochs, and go on from what is saved there.")
  var checkpoint: String?

  @Option(help: "The epochs from one checkpoint to the next (default: 1).")
  var checkpointEvery: Int?

  func validate(_ solver: SolverKind) throws {
    if let checkpointEvery {
      if checkpoint == nil { throw ValidationError("--checkpoint-every goes with --checkpoint.") }
      if checkpointEvery < 1 { throw ValidationError("--checkpoint-every must be at least 1.") }
    }
    if checkpoint != nil, !solver.canContinue {
      throw ValidationError(
        "--checkpoint does not go with --solver \(solver.rawValue), which cannot go on from the factors "
          + "alone: leave it out, or take another solver.")
    }
  }

  /// Opens the directory, if there is one, and lets signals end the run after a checkpoint from now on.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where checkpoints cannot be written, or those that are there cannot be
  ///   read; or `MPIError`.
  func open(beside model: String, _ world: borrowing Communicator) throws -> Checkpoints? {
    guard let checkpoint else { return nil }
    guard !ResolvedPath(checkpoint).isWithin(ResolvedPath(model)) else {
      throw InputFailure(
        "\(checkpoint): the checkpoints would be lost within the model: name another directory with"
          + " --checkpoint")
    }
    interruption_watch()
    return try Checkpoints(
      checkpoint, every: checkpointEvery ?? 1, isInterrupted: { interruption_is_requested() },
      world)
  }
}
