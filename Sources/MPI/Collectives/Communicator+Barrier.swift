import CMPI

extension Communicator {
  /// Waits until every rank has come here.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Barrier`.
  ///
  /// - Throws: `MPIError`.
  public func barrier() throws(MPIError) {
    try check(MPI_Barrier(handle.handle), "MPI_Barrier")
  }
}
