import CProcessor
import Foundation
import MPI

extension Communicator {
  /// Frees ranks that Open MPI keeps to single cores though nobody asked for it, where that leaves CPUs of
  /// their node idle.
  ///
  /// Its mpirun does so with one or two ranks, and they would have a thread each on a node of any size. Then
  /// they may run wherever mpirun itself may.
  ///
  /// Collective.
  ///
  /// - Throws: `MPIError`.
  public func undoUnaskedBinding() throws(MPIError) {
    let own = ProcessStatus.allowedCPUs
    let isUnasked = UnaskedBinding.isSaid(by: ProcessInfo.processInfo.environment)
    // The parent is mpirun, or its daemon on another host.
    let wanted = isUnasked ? ProcessStatus.allowedCPUs(ofProcess: Int(getppid())) : own
    let ofNode = Set(try splitByNode().allGatherVarying(own).values)
    guard ofNode.isStrictSubset(of: wanted) else { return }
    cprocessor_keep_this_thread_to(wanted, wanted.count)
  }
}

/// What mpirun says of the CPUs that it keeps a rank to.
package enum UnaskedBinding {
  /// Whether Open MPI's mpirun has bound its ranks, and neither `--bind-to`, nor `--map-by`, nor the like asked
  /// for it.
  package static func isSaid(by environment: [String: String]) -> Bool {
    environment["OMPI_MCA_orte_bound_at_launch"] == "1"
      && environment["OMPI_MCA_hwloc_base_binding_policy"] == nil
      && environment["OMPI_MCA_rmaps_base_mapping_policy"] == nil
  }
}
