import CMPI

extension Communicator {
  /// Waits until every rank has come here.
  ///
  /// Collective.
  public func barrier() throws(MPIError) {
    try check(MPI_Barrier(handle.handle), "MPI_Barrier")
  }
}
