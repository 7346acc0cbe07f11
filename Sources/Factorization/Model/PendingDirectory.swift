import Foundation

/// A directory that is filled under a temporary name and appears under its own when it is whole.
///
/// Dropping it without ``commit()`` removes it and what is in it. In a parallel program one rank
/// makes and commits it; the others write into ``path``.
public struct PendingDirectory: ~Copyable {
  /// The name that the directory is to have.
  public let destination: String
  /// The name that the directory has until it is committed, beside the destination.
  public let path: String
  private var isCommitted = false

  /// Makes an empty directory beside the destination.
  ///
  /// - Parameters:
  ///   - destination: The name that the directory is to have.
  ///   - replacesModel: Whether a model that stands there is replaced on ``commit()``. Anything but
  ///     a model (a directory with a `model.json`) is never replaced.
  /// - Throws: `InputError` where the destination exists and is not to be replaced, or no directory
  ///   can be made there.
  public init(for destination: String, replacesModel: Bool) throws(InputError) {
    var trimmed = destination
    while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.destination = trimmed
    self.path = "\(trimmed).partial-\(getpid())"
    if Self.exists(trimmed) {
      guard Self.exists("\(trimmed)/\(ModelFiles.descriptionName)") else {
        throw InputError("exists and is not a model: name another directory", file: trimmed)
      }
      guard replacesModel else {
        throw InputError(
          "exists already: name another directory, or replace the model with --force",
          file: trimmed)
      }
    }
    guard mkdir(path, 0o777) == 0 else { throw systemFailure("cannot be made", file: trimmed) }
  }

  /// Gives the directory its name.
  ///
  /// A model that is replaced is removed only after that.
  ///
  /// - Throws: `InputError` where the system refuses it; what stood there before is then still there.
  public consuming func commit() throws(InputError) {
    let replaced = "\(destination).replaced-\(getpid())"
    let replacesModel = Self.exists(destination)
    if replacesModel {
      guard rename(destination, replaced) == 0 else {
        throw systemFailure("cannot be replaced", file: destination)
      }
    }
    guard rename(path, destination) == 0 else {
      let failure = systemFailure("cannot be given its name", file: destination)
      if replacesModel { rename(replaced, destination) }
      throw failure
    }
    isCommitted = true
    if replacesModel { try? FileManager.default.removeItem(atPath: replaced) }
  }

  deinit {
    if !isCommitted { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
