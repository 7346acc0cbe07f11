import MPI

/// Runs a command on all ranks, with its failures in the tool's voice: its name stands first, as in all
/// that it says on standard error.
func onAllRanks(
  threading: ThreadLevel = .single, _ body: (borrowing Communicator) throws -> Void
) {
  withMPI(threading: threading) { world in
    do {
      try body(world)
    } catch let failure as any AgreedFailure {
      throw NamedFailure(failure)
    }
  }
}

private struct NamedFailure: AgreedFailure {
  let sentence: String
  let exitCode: Int32

  init(_ failure: any AgreedFailure) {
    sentence = "stratum: \(failure.sentence)"
    exitCode = failure.exitCode
  }
}
