import CMPI
@preconcurrency import Foundation
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
    let environment = ProcessInfo.processInfo.environment
    let settings = Launcher.settings(in: environment, cpus: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    for (name, value) in settings { setenv(name, value, 0) }
    let watch = Launcher.isFirstOfSeveralHosts(environment) ? StartWatch() : nil
    var provided = ThreadLevel.single.mpiValue
    try check(MPI_Init_thread(nil, nil, threading.mpiValue, &provided), "MPI_Init_thread")
    watch?.end()
    // Errors come back as codes from here on; communicators made from these two inherit that.
    try check(cmpi_return_errors(cmpi_comm_world()), "MPI_Comm_set_errhandler")
    try check(cmpi_return_errors(cmpi_comm_self()), "MPI_Comm_set_errhandler")
    let world = try Communicator(world: ())
    try requireThreadLevel(threading, provided: provided, world: world)
    try requireOwnLauncher(world)
  }

  private static let storedGrace = Atomic<Double>(30)

  /// Seconds that transfers get to end when their rank has no more use for them, before the job is
  /// taken down.
  ///
  /// Tests shorten it.
  package static var grace: Double {
    get { storedGrace.load(ordering: .relaxed) }
    set { storedGrace.store(newValue, ordering: .relaxed) }
  }

  /// Finalizes MPI, after what was dropped while it was under way has been brought to its end.
  ///
  /// Every rank calls it. Sends that nobody receives take the job down with one sentence.
  package static func finish() throws(MPIError) {
    let left = try endDroppedTransfers()
    if left > 0 {
      abort("of the sends and collective operations that were dropped, \(left) were never received")
    }
    try finalize()
  }

  /// Waits for what was dropped, and returns how many transfers nobody takes part in.
  private static func endDroppedTransfers() throws(MPIError) -> Int {
    // A rank that still works may yet receive what another has dropped; from here on none does.
    try check(MPI_Barrier(cmpi_comm_world().handle), "MPI_Barrier")
    return DroppedTransfers.finish(within: grace)
  }

  private static func finalize() throws(MPIError) {
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
    if let place = placeInWorld() {
      report("rank \(place.rank) of \(place.size): \(problem)")
    } else {
      report(problem)
    }
    takeDown(1)
  }

  /// Takes all ranks down because of an error whose way out is blocked.
  ///
  /// An agreed failure ends all the same with rank 0's sentence and its own code.
  static func abort(because error: any Error) -> Never {
    guard let failure = error as? any AgreedFailure else { abort("\(error)") }
    if placeInWorld()?.rank == 0 {
      report(failure.sentence)
    } else {
      // Rank 0 is to have printed before any rank ends the job.
      Thread.sleep(forTimeInterval: 1)
    }
    takeDown(failure.processCode)
  }

  /// Ends the process in order with `code`; every rank calls it.
  ///
  /// Where transfers stand in the way of that order, the ranks end with the same code without it.
  static func exitTogether(_ code: Int32) -> Never {
    fflush(stdout)
    do throws(MPIError) {
      if try endDroppedTransfers() > 0 { takeDown(code) }
      try finalize()
    } catch {
      abort("\(error)")
    }
    exit(code)
  }

  private static func takeDown(_ code: Int32) -> Never {
    if isRunning {
      // The launcher kills the ranks as soon as one aborts, and may not have passed on by then what
      // this one has printed.
      Thread.sleep(forTimeInterval: 0.2)
      // It does not return; were it to, exit below ends the process and the launcher the others.
      _ = MPI_Abort(cmpi_comm_world().handle, code)
    }
    exit(code)
  }

  /// This process's rank and the number of ranks; nil where MPI does not tell.
  private static func placeInWorld() -> (rank: Int32, size: Int32)? {
    var rank: Int32 = 0
    var size: Int32 = 1
    guard isRunning, MPI_Comm_rank(cmpi_comm_world().handle, &rank) == MPI_SUCCESS,
      MPI_Comm_size(cmpi_comm_world().handle, &size) == MPI_SUCCESS
    else { return nil }
    return (rank, size)
  }

  /// Writes what is buffered on standard output, then one line on standard error in one piece, so
  /// that the lines of several ranks do not mix.
  static func report(_ sentence: String) {
    fflush(stdout)
    let line = Array((sentence.split(separator: "\n").joined(separator: " ") + "\n").utf8)
    line.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(2, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count < 0, errno == EINTR { continue }
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
