import Foundation

/// What the launcher (mpirun, srun) says in the environment about the job that it started.
package struct Launcher {
  /// A variable that tells a number of processes, and the one that tells this process's rank.
  private typealias Names = (size: String, rank: String)

  /// What an mpirun says of the processes that it started.
  private static let mpirunNames: [Names] = [
    ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
    ("PMI_SIZE", "PMI_RANK"),
    ("MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"),
  ]

  /// What srun says; an mpirun inside its step leaves it as it was.
  private static let slurmNames: Names = ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID")

  /// The ranks of the job, and those of the node that has most of them or of this one; nil where no launcher says
  /// so.
  private static func sizes(in environment: [String: String]) -> (all: Int, ofNode: Int)? {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    if let all = number("OMPI_COMM_WORLD_SIZE"), let ofNode = number("OMPI_COMM_WORLD_LOCAL_SIZE") {
      return (all, ofNode)
    }
    // Of srun's `2(x3),1` the first numbers are ranks, the others tell on how many nodes.
    let tasks = environment["SLURM_STEP_TASKS_PER_NODE"]?.split(separator: ",")
      .compactMap { Int($0.prefix { $0.isNumber }) }.max()
    guard let all = number(slurmNames.size), let tasks else { return nil }
    return (all, tasks)
  }

  /// Whether this is the first rank of a job on several hosts.
  static func isFirstOfSeveralHosts(_ environment: [String: String]) -> Bool {
    guard let sizes = sizes(in: environment), sizes.all > sizes.ofNode else { return false }
    let rank = environment["OMPI_COMM_WORLD_RANK"] ?? environment[slurmNames.rank]
    return rank == "0"
  }

  /// Variables to set before MPI starts, where nobody has set them, so that Open MPI stays clear of two of its
  /// traps.
  ///
  /// Over TCP Open MPI 4.1 sometimes crashes or hangs while it starts, unless all connections are made
  /// there. And waiting ranks that do not yield to others stop a node that has more ranks than CPUs, which
  /// mpirun does not see where it was told of more CPUs than there are, and srun never.
  package static func settings(in environment: [String: String], cpus: Int) -> [String: String] {
    guard let sizes = sizes(in: environment) else { return [:] }
    var settings: [String: String] = [:]
    if sizes.all > sizes.ofNode { settings["OMPI_MCA_mpi_preconnect_mpi"] = "1" }
    if sizes.ofNode > cpus { settings["OMPI_MCA_mpi_yield_when_idle"] = "1" }
    return settings
  }

  /// The launcher's sentence that contradicts a world of one rank, or nil where nothing does.
  ///
  /// A binary that one MPI's mpirun starts but another MPI's library runs becomes N worlds of one
  /// rank each, that all do the same work and overwrite each other's files. An mpirun that itself
  /// says "one process" settles it: the other variables are then inherited from an outer job. Where
  /// any mpirun speaks, Slurm's step is that outer job.
  static func contradiction(
    toWorldOfOne environment: [String: String]
  ) -> (sentence: String, rank: Int)? {
    func size(_ names: Names) -> Int? { environment[names.size].flatMap { Int($0) } }
    let spoken = mpirunNames.filter { size($0) != nil }
    let names = spoken.isEmpty ? [slurmNames] : spoken
    guard !names.contains(where: { size($0) == 1 }),
      let claim = names.first(where: { size($0) ?? 0 > 1 }), let count = size(claim)
    else { return nil }
    let sentence =
      "\(claim.size) says that \(count) processes were started together, but the MPI library sees "
      + "each of them alone: start the program with the mpirun of the MPI that it was built with"
    return (sentence, environment[claim.rank].flatMap { Int($0) } ?? 0)
  }
}
