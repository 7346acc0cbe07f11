import Foundation

/// Runs `body` between the start and the end of MPI, with the communicator of all ranks.
///
/// Every rank calls it, once in the process's life:
///
///     withMPI { world in
///       print("rank \(world.rank) of \(world.size)")
///     }
///
/// An error that leaves the closure does not leave this function: the failing rank flushes its
/// output, prints one line, and takes all ranks down with a non-zero exit. An `AgreedFailure`,
/// which all ranks throw together, is printed by rank 0 alone, and all ranks exit in order. The
/// process also ends, with one sentence, where the library cannot give the thread level, where the
/// launcher says that several ranks were started but the library sees one (another MPI's mpirun),
/// and where a send that was dropped has not been received half a minute after all ranks returned.
///
/// On several hosts, and on a node with more ranks than CPUs, it sets `OMPI_MCA_mpi_preconnect_mpi` and
/// `OMPI_MCA_mpi_yield_when_idle` to 1 unless they are set, without which Open MPI can hang or crawl. Where it hangs all the same, rank 0 says after 20 s what to look at.
///
/// The corresponding MPI functions are `MPI_Init_thread` and `MPI_Finalize`; where it takes all
/// ranks down, `MPI_Abort`.
///
/// - Parameters:
///   - threading: how the program's threads will call MPI.
///   - body: the program's work.
/// - Returns: what `body` returns, after MPI has been finalized.
public func withMPI<Result>(
  threading: ThreadLevel = .single, _ body: (borrowing Communicator) throws -> Result
) -> Result {
  do {
    try Runtime.start(threading: threading)
    let result = try body(Runtime.world())
    try Runtime.finish()
    return result
  } catch let failure as any AgreedFailure {
    endTogether(failure)
  } catch {
    Runtime.abort("\(error)")
  }
}

/// Prints the sentence on rank 0 and exits with the failure's code on every rank.
private func endTogether(_ failure: any AgreedFailure) -> Never {
  do throws(MPIError) {
    if try Runtime.world().rank == 0 { Runtime.report(failure.sentence) }
  } catch {
    Runtime.abort("\(failure.sentence)")
  }
  Runtime.exitTogether(failure.processCode)
}
