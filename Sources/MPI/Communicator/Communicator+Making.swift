import CMPI

extension Communicator {
  /// Makes a communicator of the same ranks, whose messages cannot meet this one's.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Comm_dup`.
  ///
  /// - Returns: the new communicator.
  /// - Throws: `MPIError`.
  public func duplicate() throws(MPIError) -> Communicator {
    var copy = cmpi_comm_null()
    try check(MPI_Comm_dup(handle.handle, &copy.handle), "MPI_Comm_dup")
    return try Communicator(owning: copy)
  }

  /// Makes a communicator of the ranks that give the same color.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Comm_split`.
  ///
  /// - Parameters:
  ///   - color: a number from 0.
  ///   - key: orders the ranks of one color; equal keys keep the order of this communicator.
  /// - Returns: the communicator of this rank's color.
  /// - Throws: `MPIError`; of class `argument` where the color is below 0 or a number has more than
  ///   32 bits.
  public func split(color: Int, key: Int = 0) throws(MPIError) -> Communicator {
    guard color >= 0 else {
      throw MPIError(
        errorClass: .argument, message: "a color must be a number from 0",
        function: "MPI_Comm_split")
    }
    return try Communicator(owning: part(color: narrow(color), key: narrow(key)))
  }

  /// Makes a communicator of the ranks that give the same color, and none of those that give nil.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Comm_split`; nil is its `MPI_UNDEFINED`.
  ///
  /// - Parameters:
  ///   - color: a number from 0, or nil.
  ///   - key: orders the ranks of one color; equal keys keep the order of this communicator.
  /// - Returns: the communicator of this rank's color; nil where it gave none.
  /// - Throws: `MPIError`; of class `argument` where the color is below 0 or a number has more than
  ///   32 bits.
  public func split(
    optionalColor color: Int?, key: Int = 0
  ) throws(MPIError) -> Communicator? {
    if let color { return try split(color: color, key: key) }
    // The null communicator that comes back needs no freeing.
    _ = try part(color: cmpi_undefined(), key: narrow(key))
    return nil
  }

  /// Makes a communicator of the ranks that share this rank's memory: those on its node.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_Comm_split_type` with `MPI_COMM_TYPE_SHARED`.
  ///
  /// - Returns: the communicator of this rank's node.
  /// - Throws: `MPIError`.
  public func splitByNode() throws(MPIError) -> Communicator {
    var part = cmpi_comm_null()
    let code = MPI_Comm_split_type(
      handle.handle, cmpi_type_shared(), Int32(rank), cmpi_info_null(), &part.handle)
    try check(code, "MPI_Comm_split_type")
    return try Communicator(owning: part)
  }

  private func part(color: Int32, key: Int32) throws(MPIError) -> CMPICommunicator {
    var part = cmpi_comm_null()
    try check(MPI_Comm_split(handle.handle, color, key, &part.handle), "MPI_Comm_split")
    return part
  }

  private func narrow(_ value: Int) throws(MPIError) -> Int32 {
    guard let narrow = Int32(exactly: value) else {
      throw MPIError(
        errorClass: .argument, message: "\(value) does not fit into 32 bits",
        function: "MPI_Comm_split")
    }
    return narrow
  }
}
