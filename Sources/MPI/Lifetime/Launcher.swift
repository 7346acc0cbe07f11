import Foundation

/// What the launcher (mpirun, srun) says in the environment about the job that it started.
struct Launcher {
  /// The variable that tells the number of processes, and the variable that tells this one's rank.
  private static let variables = [
    (size: "OMPI_COMM_WORLD_SIZE", rank: "OMPI_COMM_WORLD_RANK"),
    (size: "PMI_SIZE", rank: "PMI_RANK"),
    (size: "MV2_COMM_WORLD_SIZE", rank: "MV2_COMM_WORLD_RANK"),
    (size: "MPI_LOCALNRANKS", rank: "MPI_LOCALRANKID"),
    (size: "SLURM_STEP_NUM_TASKS", rank: "SLURM_PROCID"),
  ]

  /// The launcher's sentence that contradicts a world of one rank, or nil where nothing does.
  ///
  /// A binary that one MPI's mpirun starts but another MPI's library runs becomes N worlds of one
  /// rank each, that all do the same work and overwrite each other's files. A launcher that itself
  /// says "one process" settles it: the other variables are then inherited from an outer job.
  static func contradiction(
    toWorldOfOne environment: [String: String]
  ) -> (sentence: String, rank: Int)? {
    let claims = variables.compactMap { names in
      environment[names.size].flatMap(Int.init).map { (names: names, size: $0) }
    }
    guard !claims.contains(where: { $0.size == 1 }),
      let claim = claims.first(where: { $0.size > 1 })
    else { return nil }
    let sentence =
      "\(claim.names.size) says that \(claim.size) processes were started together, but the MPI "
      + "library sees each of them alone: start the program with the mpirun of the MPI that it "
      + "was built with"
    return (sentence, environment[claim.names.rank].flatMap(Int.init) ?? 0)
  }
}
