import Foundation

/// Makes a directory for output, unless it is there.
///
/// - Throws: `InputError` where it cannot be made.
package func makeOutputDirectory(_ path: String) throws(InputError) {
  try checkOutputName(path)
  guard mkdir(path, 0o777) != 0 else { return }
  let failure = systemFailure("cannot be made", file: path)
  var status = stat()
  guard stat(path, &status) == 0 else { throw failure }
  guard status.st_mode & S_IFMT == S_IFDIR else {
    throw InputError("is not a directory: name another", file: path)
  }
}
