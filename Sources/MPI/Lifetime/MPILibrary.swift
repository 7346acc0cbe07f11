import CMPI

/// The MPI library that the program runs with.
public enum MPILibrary {
  /// The name and version of the library, such as `Open MPI v4.1.4`.
  ///
  /// Does not communicate; MPI need not have been started.
  ///
  /// The corresponding MPI function is `MPI_Get_library_version`.
  public static var version: String {
    var bytes = [CChar](repeating: 0, count: Int(MPI_MAX_LIBRARY_VERSION_STRING))
    var length: Int32 = 0
    guard MPI_Get_library_version(&bytes, &length) == MPI_SUCCESS else { return "unknown" }
    let text = String(
      decoding: bytes.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    // What follows says where and when it was built.
    return String(text.split(whereSeparator: { $0 == "," || $0.isNewline }).first ?? "unknown")
  }
}
