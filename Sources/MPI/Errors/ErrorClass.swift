import CMPI

/// The kind of an MPI failure, the same in every MPI implementation.
///
/// A struct rather than an enum, so that a class that this list does not name keeps its value.
public struct ErrorClass: RawRepresentable, Hashable, Sendable {
  /// The number that the MPI library in use gives to this class.
  public let rawValue: Int32

  /// Creates a class from the library's number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  private init(_ rawValue: Int32) { self.rawValue = rawValue }

  /// An invalid buffer.
  public static let buffer = ErrorClass(MPI_ERR_BUFFER)
  /// An invalid number of elements.
  public static let count = ErrorClass(MPI_ERR_COUNT)
  /// An invalid datatype.
  public static let type = ErrorClass(MPI_ERR_TYPE)
  /// A tag out of range.
  public static let tag = ErrorClass(MPI_ERR_TAG)
  /// An invalid communicator.
  public static let communicator = ErrorClass(MPI_ERR_COMM)
  /// A rank that the communicator does not have.
  public static let rank = ErrorClass(MPI_ERR_RANK)
  /// An invalid request.
  public static let request = ErrorClass(MPI_ERR_REQUEST)
  /// A root that the communicator does not have.
  public static let root = ErrorClass(MPI_ERR_ROOT)
  /// A reduction that does not fit the datatype.
  public static let operation = ErrorClass(MPI_ERR_OP)
  /// An argument that no other class describes.
  public static let argument = ErrorClass(MPI_ERR_ARG)
  /// A message longer than the buffer that received it.
  public static let truncated = ErrorClass(MPI_ERR_TRUNCATE)
  /// A failure that the library knows by its message only.
  public static let other = ErrorClass(MPI_ERR_OTHER)
  /// A failure inside the MPI library.
  public static let `internal` = ErrorClass(MPI_ERR_INTERN)
  /// An error code in the status of one of several requests.
  public static let inStatus = ErrorClass(MPI_ERR_IN_STATUS)
  /// A request that was not looked at because another one failed.
  public static let pending = ErrorClass(MPI_ERR_PENDING)
  /// Permission denied on a file.
  public static let access = ErrorClass(MPI_ERR_ACCESS)
  /// An impossible combination of file modes.
  public static let accessMode = ErrorClass(MPI_ERR_AMODE)
  /// A file name that cannot be one.
  public static let badFileName = ErrorClass(MPI_ERR_BAD_FILE)
  /// A file that exists already.
  public static let fileExists = ErrorClass(MPI_ERR_FILE_EXISTS)
  /// A file that another process holds open.
  public static let fileInUse = ErrorClass(MPI_ERR_FILE_IN_USE)
  /// An invalid file handle.
  public static let file = ErrorClass(MPI_ERR_FILE)
  /// A failed read or write.
  public static let inputOutput = ErrorClass(MPI_ERR_IO)
  /// No memory left.
  public static let noMemory = ErrorClass(MPI_ERR_NO_MEM)
  /// No space left on the device.
  public static let noSpace = ErrorClass(MPI_ERR_NO_SPACE)
  /// A file that does not exist.
  public static let noSuchFile = ErrorClass(MPI_ERR_NO_SUCH_FILE)
  /// A quota that is used up.
  public static let quota = ErrorClass(MPI_ERR_QUOTA)
  /// A file or file system that can only be read.
  public static let readOnly = ErrorClass(MPI_ERR_READ_ONLY)
  /// Something that the library does not support.
  public static let unsupported = ErrorClass(MPI_ERR_UNSUPPORTED_OPERATION)
}
