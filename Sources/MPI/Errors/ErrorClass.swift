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

  /// An invalid buffer: `MPI_ERR_BUFFER`.
  public static let buffer = ErrorClass(MPI_ERR_BUFFER)
  /// An invalid number of elements, or lengths that do not fit together: `MPI_ERR_COUNT`.
  public static let count = ErrorClass(MPI_ERR_COUNT)
  /// An invalid datatype: `MPI_ERR_TYPE`.
  public static let type = ErrorClass(MPI_ERR_TYPE)
  /// A tag out of range: `MPI_ERR_TAG`.
  public static let tag = ErrorClass(MPI_ERR_TAG)
  /// An invalid communicator: `MPI_ERR_COMM`.
  public static let communicator = ErrorClass(MPI_ERR_COMM)
  /// A rank that the communicator does not have: `MPI_ERR_RANK`.
  public static let rank = ErrorClass(MPI_ERR_RANK)
  /// An invalid request: `MPI_ERR_REQUEST`.
  public static let request = ErrorClass(MPI_ERR_REQUEST)
  /// A root that the communicator does not have: `MPI_ERR_ROOT`.
  public static let root = ErrorClass(MPI_ERR_ROOT)
  /// A reduction that does not fit the datatype: `MPI_ERR_OP`.
  public static let operation = ErrorClass(MPI_ERR_OP)
  /// An argument that no other class describes: `MPI_ERR_ARG`.
  public static let argument = ErrorClass(MPI_ERR_ARG)
  /// A message longer than the buffer that received it: `MPI_ERR_TRUNCATE`.
  public static let truncated = ErrorClass(MPI_ERR_TRUNCATE)
  /// A failure that the library knows by its message only: `MPI_ERR_OTHER`.
  public static let other = ErrorClass(MPI_ERR_OTHER)
  /// A failure inside the MPI library: `MPI_ERR_INTERN`.
  public static let `internal` = ErrorClass(MPI_ERR_INTERN)
  /// An error code in the status of one of several requests: `MPI_ERR_IN_STATUS`.
  public static let inStatus = ErrorClass(MPI_ERR_IN_STATUS)
  /// A request that was not looked at because another one failed: `MPI_ERR_PENDING`.
  public static let pending = ErrorClass(MPI_ERR_PENDING)
  /// Permission denied on a file: `MPI_ERR_ACCESS`.
  public static let access = ErrorClass(MPI_ERR_ACCESS)
  /// An impossible combination of file modes: `MPI_ERR_AMODE`.
  public static let accessMode = ErrorClass(MPI_ERR_AMODE)
  /// A file name that cannot be one: `MPI_ERR_BAD_FILE`.
  public static let badFileName = ErrorClass(MPI_ERR_BAD_FILE)
  /// A file that exists already: `MPI_ERR_FILE_EXISTS`.
  public static let fileExists = ErrorClass(MPI_ERR_FILE_EXISTS)
  /// A file that another process holds open: `MPI_ERR_FILE_IN_USE`.
  public static let fileInUse = ErrorClass(MPI_ERR_FILE_IN_USE)
  /// An invalid file handle: `MPI_ERR_FILE`.
  public static let file = ErrorClass(MPI_ERR_FILE)
  /// A failed read or write: `MPI_ERR_IO`.
  public static let inputOutput = ErrorClass(MPI_ERR_IO)
  /// No memory left: `MPI_ERR_NO_MEM`.
  public static let noMemory = ErrorClass(MPI_ERR_NO_MEM)
  /// No space left on the device: `MPI_ERR_NO_SPACE`.
  public static let noSpace = ErrorClass(MPI_ERR_NO_SPACE)
  /// A file that does not exist: `MPI_ERR_NO_SUCH_FILE`.
  public static let noSuchFile = ErrorClass(MPI_ERR_NO_SUCH_FILE)
  /// A quota that is used up: `MPI_ERR_QUOTA`.
  public static let quota = ErrorClass(MPI_ERR_QUOTA)
  /// A file or file system that can only be read: `MPI_ERR_READ_ONLY`.
  public static let readOnly = ErrorClass(MPI_ERR_READ_ONLY)
  /// Something that the library does not support: `MPI_ERR_UNSUPPORTED_OPERATION`.
  public static let unsupported = ErrorClass(MPI_ERR_UNSUPPORTED_OPERATION)
}
