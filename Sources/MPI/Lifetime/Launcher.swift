import Foundation

/// What the launcher (mpirun, srun) says in the environment about the job that it started.
struct Launcher {
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
