import CMPI
import Synchronization

/// The one place where counts above MPI's `int` are split: a message of more elements than a C
/// `int` counts becomes one element of a datatype that covers them all.
///
/// Open MPI 4 has no calls with wide counts. A datatype works for every kind of call, keeps one
/// message one message, and needs no agreement between the ranks, since MPI compares the basic
/// elements of both sides, not how they are grouped.
package enum LargeCount {
  private static let storedLimit = Atomic<Int>(Int(Int32.max))

  /// The largest count that is handed to MPI as it is.
  ///
  /// Tests lower it, to send what is large by that measure.
  package static var limit: Int {
    get { storedLimit.load(ordering: .relaxed) }
    set { storedLimit.store(newValue, ordering: .relaxed) }
  }

  /// A committed datatype that covers `count` neighbours of type `basic`, beginning `offset` bytes
  /// after a message's address.
  ///
  /// The caller frees it.
  @inline(never)
  static func type(
    covering count: Int, of basic: CMPIDatatype, offset: Int = 0
  ) throws(MPIError) -> CMPIDatatype {
    let chunk = limit
    let (chunks, rest) = count.quotientAndRemainder(dividingBy: chunk)
    let extent = try self.extent(of: basic)
    var row = try contiguous(chunk, of: basic)
    defer { discard(&row) }
    var rows = try contiguous(chunks, of: row)
    defer { discard(&rows) }
    let restStart = offset + chunks * chunk * extent
    var whole = basic
    let code = cmpi_type_create_struct(
      2, [1, Int32(rest)], [offset, restStart], [rows, basic], &whole)
    try check(code, "MPI_Type_create_struct")
    return try committed(whole)
  }

  /// Makes a new datatype ready for use; frees it if that fails.
  static func committed(_ type: CMPIDatatype) throws(MPIError) -> CMPIDatatype {
    var type = type
    let code = MPI_Type_commit(&type.handle)
    if code != MPI_SUCCESS {
      discard(&type)
      throw MPIError(code: code, function: "MPI_Type_commit")
    }
    return type
  }

  /// Marks a datatype for release; MPI keeps it as long as a transfer under way needs it.
  static func discard(_ type: inout CMPIDatatype) {
    let code = MPI_Type_free(&type.handle)
    if code != MPI_SUCCESS, Runtime.isRunning {
      Runtime.abort("\(MPIError(code: code, function: "MPI_Type_free"))")
    }
  }

  /// The bytes from one element to the next.
  static func extent(of type: CMPIDatatype) throws(MPIError) -> Int {
    var lowerBound = 0
    var extent = 0
    let code = MPI_Type_get_extent(type.handle, &lowerBound, &extent)
    try check(code, "MPI_Type_get_extent")
    return extent
  }

  static func contiguous(_ count: Int, of type: CMPIDatatype) throws(MPIError) -> CMPIDatatype {
    guard let narrow = Int32(exactly: count) else {
      throw MPIError(
        errorClass: .count, message: "\(count) is more than a datatype can cover",
        function: "MPI_Type_contiguous")
    }
    var whole = type
    let code = MPI_Type_contiguous(narrow, type.handle, &whole.handle)
    try check(code, "MPI_Type_contiguous")
    return whole
  }
}
