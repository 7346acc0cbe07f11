import CMPI

extension Communicator {
  /// The name of the machine (or part of it) that this rank runs on.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_Get_processor_name`.
  ///
  /// - Throws: `MPIError`.
  public var processorName: String {
    get throws(MPIError) {
      var bytes = [CChar](repeating: 0, count: Int(MPI_MAX_PROCESSOR_NAME))
      var length: Int32 = 0
      try check(MPI_Get_processor_name(&bytes, &length), "MPI_Get_processor_name")
      return String(decoding: bytes.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  /// Seconds since some moment in the past, on this rank's wall clock.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_Wtime`.
  public var wallTime: Double { MPI_Wtime() }

  /// The resolution of `wallTime` in seconds.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_Wtick`.
  public var wallTimeResolution: Double { MPI_Wtick() }
}
