import Foundation

/// A path without links and detours, by which two names of one place are the same.
struct ResolvedPath: Equatable {
  private let path: String

  init(_ path: String) {
    self.path = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  /// Whether it is this directory, or below it.
  func isWithin(_ directory: ResolvedPath) -> Bool {
    self == directory || path.hasPrefix(directory.path + "/")
  }
}
