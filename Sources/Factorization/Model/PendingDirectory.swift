import Foundation

/// A directory that is filled under a temporary name and appears under its own when it is whole.
///
/// Dropping it without ``commit()`` removes it and what is in it. In a parallel program one rank
/// makes and commits it; the others write into ``path``.
public struct PendingDirectory: ~Copyable {
  /// What a directory holds, and so what may stand in its place before.
  public enum Content: Sendable {
    /// A model.
    case model
    /// A trace for a simulator.
    case trace

    /// What a user calls it.
    fileprivate var name: String {
      switch self {
      case .model: "model"
      case .trace: "trace"
      }
    }

    /// The file by which it is known.
    fileprivate var mark: String {
      switch self {
      case .model: ModelFiles.descriptionName
      case .trace: "trace.txt"
      }
    }
  }

  /// The name that the directory is to have.
  public let destination: String
  /// The name that the directory has until it is committed, beside the destination.
  public let path: String
  private let content: Content
  private let replaces: Bool
  private var isWhole = false

  /// Makes an empty directory beside the destination.
  ///
  /// - Parameters:
  ///   - destination: The name that the directory is to have.
  ///   - content: What the directory will hold.
  ///   - replaces: Whether one of the same content that stands there is replaced on ``commit()``.
  ///     Anything else (a directory without a `model.json` or a `trace.txt`) is never replaced.
  /// - Throws: `InputError` where the destination exists and is not to be replaced, or no directory
  ///   can be made there.
  public init(
    for destination: String, of content: Content, replaces: Bool
  ) throws(InputError) {
    try checkOutputName(destination)
    var trimmed = destination
    while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
    if Self.exists(trimmed) {
      try Self.check(trimmed, holds: content)
      guard replaces else {
        throw InputError(
          "exists already: name another directory, or replace the \(content.name) with --force",
          file: trimmed)
      }
    }
    let path = temporaryName(beside: trimmed, "partial")
    guard mkdir(path, 0o777) == 0 else { throw systemFailure("cannot be made", file: trimmed) }
    self.destination = trimmed
    self.path = path
    self.content = content
    self.replaces = replaces
  }

  /// Gives the directory its name.
  ///
  /// What is replaced is removed only after that.
  ///
  /// - Throws: `InputError` where the system refuses it, or something has come to stand there that is
  ///   not to be replaced. That is then still there, and the directory stays under its temporary
  ///   name, because it may have cost hours.
  public consuming func commit() throws(InputError) {
    isWhole = true
    do throws(InputError) {
      if replaces, Self.exists(destination) {
        try replaceOld()
      } else {
        try giveName()
      }
    } catch {
      throw InputError("\(error.message); what was to stand there is in \(path)", file: destination)
    }
  }

  private borrowing func replaceOld() throws(InputError) {
    try Self.check(destination, holds: content)
    let replaced = temporaryName(beside: destination, "replaced")
    guard rename(destination, replaced) == 0 else {
      throw systemFailure("cannot be replaced", file: destination)
    }
    do throws(InputError) {
      try giveName()
    } catch {
      rename(replaced, destination)
      throw error
    }
    try? FileManager.default.removeItem(atPath: replaced)
  }

  /// Fails where a file or a directory that is not empty has the name.
  private borrowing func giveName() throws(InputError) {
    guard rename(path, destination) == 0 else {
      throw systemFailure("cannot be given its name", file: destination)
    }
  }

  deinit {
    if !isWhole { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func check(_ path: String, holds content: Content) throws(InputError) {
    guard exists("\(path)/\(content.mark)") else {
      throw InputError("exists and is not a \(content.name): name another directory", file: path)
    }
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
