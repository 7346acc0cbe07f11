import CMPI

/// A file that the ranks of a communicator have open together.
///
///     let file = try File.open("factors.bin", [.create, .writeOnly], on: world)
///     try file.writeAll(values.span, at: offset)
///     try file.close()
///
/// Offsets are bytes from the start of the file. `close` it: a file that is dropped without that
/// (where an error passes by, say) stays open until the end of `withMPI`, since closing is
/// collective and the other ranks may be elsewhere. So all ranks close a file, or all drop it, in
/// any order: a rank that closes one that another has dropped waits until that rank's work ends.
public struct File: ~Copyable, @unchecked Sendable {
  /// How a file is opened.
  public struct Mode: OptionSet, Sendable {
    /// MPI's bits.
    public let rawValue: Int32

    /// Creates a mode from MPI's bits.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// For reading only: `MPI_MODE_RDONLY`.
    public static let readOnly = Mode(rawValue: Int32(MPI_MODE_RDONLY))
    /// For writing only: `MPI_MODE_WRONLY`.
    public static let writeOnly = Mode(rawValue: Int32(MPI_MODE_WRONLY))
    /// For reading and writing: `MPI_MODE_RDWR`.
    public static let readWrite = Mode(rawValue: Int32(MPI_MODE_RDWR))
    /// Made if it does not exist: `MPI_MODE_CREATE`.
    ///
    /// What an existing file holds stays: see `setSize`.
    public static let create = Mode(rawValue: Int32(MPI_MODE_CREATE))
    /// With `create`: an error if it exists: `MPI_MODE_EXCL`.
    public static let exclusive = Mode(rawValue: Int32(MPI_MODE_EXCL))
    /// Opened nowhere else, which may make it faster: `MPI_MODE_UNIQUE_OPEN`.
    public static let uniqueOpen = Mode(rawValue: Int32(MPI_MODE_UNIQUE_OPEN))
    /// Deleted when it is closed: `MPI_MODE_DELETE_ON_CLOSE`.
    public static let deleteOnClose = Mode(rawValue: Int32(MPI_MODE_DELETE_ON_CLOSE))
  }

  let handle: CMPIFile
  private let number = DroppedFiles.nextNumber()
  private var isClosed = false

  private init(_ handle: CMPIFile) { self.handle = handle }

  /// Opens a file.
  ///
  /// Collective over `communicator`; every rank gives the same path and mode.
  ///
  /// The corresponding MPI function is `MPI_File_open`.
  ///
  /// - Parameters:
  ///   - path: where the file is.
  ///   - mode: exactly one of `readOnly`, `writeOnly` and `readWrite`, and what else is wanted.
  ///   - communicator: the ranks that have it open together.
  /// - Returns: the open file.
  /// - Throws: `MPIError`; of class `noSuchFile`, `fileExists` or `access`, for instance.
  public static func open(
    _ path: String, _ mode: Mode, on communicator: borrowing Communicator
  ) throws(MPIError) -> File {
    var handle = cmpi_file_null()
    let code = MPI_File_open(
      communicator.handle.handle, path, mode.rawValue, cmpi_info_null(), &handle.handle)
    try check(code, "MPI_File_open")
    let file = File(handle)
    try check(cmpi_return_file_errors(handle), "MPI_File_set_errhandler")
    return file
  }

  /// Removes a file.
  ///
  /// One rank calls it; no rank has it open.
  ///
  /// The corresponding MPI function is `MPI_File_delete`.
  ///
  /// - Parameter path: where the file is.
  /// - Throws: `MPIError`; of class `noSuchFile` where there is none.
  public static func delete(_ path: String) throws(MPIError) {
    try check(MPI_File_delete(path, cmpi_info_null()), "MPI_File_delete")
  }

  /// Closes the file; what was written is then visible to all who open it.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_File_close`.
  ///
  /// - Throws: `MPIError`.
  public consuming func close() throws(MPIError) {
    isClosed = true
    var closing = handle
    try check(MPI_File_close(&closing.handle), "MPI_File_close")
  }

  /// Hands what this rank has written to the storage, and sees what others have.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_File_sync`.
  ///
  /// - Throws: `MPIError`.
  public func synchronize() throws(MPIError) {
    try check(MPI_File_sync(handle.handle), "MPI_File_sync")
  }

  /// The file's size in bytes.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_File_get_size`.
  ///
  /// - Throws: `MPIError`.
  public var size: Int {
    get throws(MPIError) {
      var size: MPI_Offset = 0
      try check(MPI_File_get_size(handle.handle, &size), "MPI_File_get_size")
      return Int(size)
    }
  }

  /// Cuts the file, or makes it longer.
  ///
  /// Collective; all give the same size.
  ///
  /// The corresponding MPI function is `MPI_File_set_size`.
  ///
  /// - Parameter bytes: how long it is then.
  /// - Throws: `MPIError`.
  public func setSize(_ bytes: Int) throws(MPIError) {
    try check(MPI_File_set_size(handle.handle, MPI_Offset(bytes)), "MPI_File_set_size")
  }

  deinit { if !isClosed { DroppedFiles.keep(handle, number: number) } }
}
