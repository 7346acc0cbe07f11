import Foundation
import MPI

extension Communicator {
  /// The threads that a rank should use where the user does not say: what Slurm gave to each task,
  /// or the CPUs that this rank may run on, shared with the ranks of its node that may run on the
  /// same ones.
  ///
  /// Collective.
  public func defaultThreads() throws(MPIError) -> Int {
    let cpus = ProcessStatus.allowedCPUs
    let node = try splitByNode()
    let lists = try node.allGatherVarying(Array((cpus + "\n").utf8)).values
    let sharers = lists.split(separator: UInt8(ascii: "\n")).count { $0.elementsEqual(cpus.utf8) }
    // Only after the collective calls: the variable may be there on some ranks only.
    if let given = ProcessInfo.processInfo.environment["SLURM_CPUS_PER_TASK"].flatMap({ Int($0) }) {
      return max(1, given)
    }
    return max(1, ProcessStatus.count(ofCPUs: cpus) / max(1, sharers))
  }
}
