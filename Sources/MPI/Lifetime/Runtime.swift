import CMPI
import Foundation
import Synchronization

/// Starting, finishing and aborting MPI, for `withMPI` and for test processes, which cannot run
/// inside a closure.
package enum Runtime {
  /// Initializes MPI for this process; once in its life.
  ///
  /// Collective.
  ///
  /// Ends the process with one sentence where the thread level cannot be had, or where another
  /// MPI's launcher started it.
  package static func start(threading: ThreadLevel = .single) throws(MPIError) {
    var initialized: Int32 = 0
    try check(MPI_Initialized(&initialized), "MPI_Initialized")
    precondition(initialized == 0, "MPI can be started once in a process")
    var provided = ThreadLevel.single.mpiValue
    try check(MPI_Init_thread(nil, nil, threading.mpiValue, &provided), "MPI_Init_thread")
    // Errors come back as codes from here on; communicators made from these two inherit that.
    try check(cmpi_return_errors(cmpi_comm_world()), "MPI_Comm_set_errhandler")
    try check(cmpi_return_errors(cmpi_comm_self()), "MPI_Comm_set_errhandler")
    let world = try Communicator(world: ())
    try requireThreadLevel(threading, provided: provided, world: world)
    try requireOwnLauncher(world)
  }

  /// Finalizes MPI, after what was dropped while it was under way has been brought to its end.
  package static func finish() throws(MPIError) {
    try DroppedTransfers.finish()
    try DroppedFiles.close()
    try check(MPI_Finalize(), "MPI_Finalize")
  }

  /// The communicator of all ranks; MPI must have been started.
  package static func world() throws(MPIError) -> Communicator { try Communicator(world: ()) }

  /// Whether MPI calls are possible: started, and not finished yet.
  static var isRunning: Bool {
    var initialized: Int32 = 0
    var finalized: Int32 = 0
    return MPI_Initialized(&initialized) == MPI_SUCCESS && initialized != 0
      && MPI_Finalized(&finalized) == MPI_SUCCESS && finalized == 0
  }

  /// Prints one line that names the rank, and takes all ranks down with a non-zero exit.
  package static func abort(_ problem: String) -> Never {
    var rank: Int32 = 0
    var size: Int32 = 1
    if isRunning, MPI_Comm_rank(cmpi_comm_world().handle, &rank) == MPI_SUCCESS,
      MPI_Comm_size(cmpi_comm_world().handle, &size) == MPI_SUCCESS
    {
      report("rank \(rank) of \(size): \(problem)")
      // It does not return; were it to, exit below ends the process and the launcher the others.
      _ = MPI_Abort(cmpi_comm_world().handle, 1)
    } else {
      report(problem)
    }
    exit(1)
  }

  /// Ends the process in order with `code`; every rank calls it.
  static func exitTogether(_ code: Int32) -> Never {
    fflush(nil)
    do throws(MPIError) { try finish() } catch { abort("\(error)") }
    exit(code)
  }

  /// Writes what is buffered on standard output, then one line on standard error in one piece, so
  /// that the lines of several ranks do not mix.
  static func report(_ sentence: String) {
    fflush(nil)
    let line = Array((sentence.split(separator: "\n").joined(separator: " ") + "\n").utf8)
    line.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(2, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count <= 0 { return }
        written += count
      }
    }
  }

  private static func requireThreadLevel(
    _ required: ThreadLevel, provided: Int32, world: borrowing Communicator
  ) throws(MPIError) {
    let level = ThreadLevel(mpiValue: provided) ?? .single
    guard level < required else { return }
    if world.rank == 0 {
      report(
        "this MPI library offers thread level \(level), and the program needs \(required): "
          + "build or choose an MPI with more thread support")
    }
    exitTogether(1)
  }

  private static func requireOwnLauncher(_ world: borrowing Communicator) throws(MPIError) {
    guard world.size == 1,
      let found = Launcher.contradiction(toWorldOfOne: ProcessInfo.processInfo.environment)
    else { return }
    if found.rank == 0 { report(found.sentence) }
    exitTogether(1)
  }
}
