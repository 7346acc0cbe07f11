import Foundation
import MPI

extension Communicator {
  /// The threads that a rank should use where the user does not say: what Slurm gave to each task,
  /// or the CPUs that this rank may run on, shared with the ranks of its node that may run on the
  /// same ones.
  ///
  /// Collective.
  ///
  /// - Returns: the number for this rank; it may differ between ranks.
  /// - Throws: `MPIError`.
  public func defaultThreads() throws(MPIError) -> Int {
    let cpus = ProcessStatus.allowedCPUs
    let sharers = try threadsOnSameCPUs(as: 1).all
    // Only after the collective calls: the variable may be there on some ranks only.
    if let given = ProcessInfo.processInfo.environment["SLURM_CPUS_PER_TASK"].flatMap({ Int($0) }) {
      return max(1, given)
    }
    return max(1, cpus.count / max(1, sharers))
  }

  /// The CPUs for the threads of this rank, one each, where the ranks that may run on the same CPUs have
  /// just as many threads as there are.
  ///
  /// Collective.
  ///
  /// - Parameter threads: the threads of this rank.
  /// - Returns: as many CPUs as threads; nil where there are more or fewer threads than CPUs, and the
  ///   system knows better.
  /// - Throws: `MPIError`.
  func cpus(forThreads threads: Int) throws(MPIError) -> [Int]? {
    let cpus = ProcessStatus.allowedCPUs
    let (before, all) = try threadsOnSameCPUs(as: threads)
    return all == cpus.count ? Array(cpus[before..<before + threads]) : nil
  }

  /// How many threads the ranks have that may run on the same CPUs as this one: those of lower ranks, and
  /// all.
  ///
  /// Collective.
  private func threadsOnSameCPUs(as threads: Int) throws(MPIError) -> (before: Int, all: Int) {
    let node = try splitByNode()
    let own = ProcessStatus.allowedCPUs
    let sets = try node.allGatherVarying(own)
    let threadCounts = try node.allGather(threads)
    var (before, all, start) = (0, 0, 0)
    for rank in 0..<node.size {
      let set = sets.values[start..<start + sets.counts[rank]]
      start += sets.counts[rank]
      guard set.elementsEqual(own) else { continue }
      if rank < node.rank { before += threadCounts[rank] }
      all += threadCounts[rank]
    }
    return (before, all)
  }
}
