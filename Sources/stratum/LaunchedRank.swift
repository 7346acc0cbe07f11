import Foundation

/// The rank that a launcher (mpirun, srun) gave this process, known without starting MPI.
enum LaunchedRank {
  /// Whether this is the first process, or the only one.
  static var isFirst: Bool {
    let environment = ProcessInfo.processInfo.environment
    let names = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"]
    return names.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first ?? 0 == 0
  }
}
