import Foundation

/// A file that is filled under a temporary name and appears under its own when it is whole.
///
/// Dropping it without ``commit()`` removes it. A name of something other than a file, such as a pipe
/// or `/dev/null`, is written to directly. In a parallel program one rank makes and commits it; the
/// others write into ``path``.
package struct PendingFile: ~Copyable {
  /// The name that the file is to have.
  package let destination: String
  /// The name that the file has until it is committed.
  package let path: String
  private let descriptor: Int32
  private var isOpen = true
  private var isTemporary: Bool

  static var standardOutput: PendingFile {
    PendingFile(descriptor: STDOUT_FILENO, name: "standard output")
  }

  private init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    destination = name
    path = name
    isOpen = false
    isTemporary = false
  }

  /// Makes an empty file beside the destination, or opens what is no file.
  ///
  /// - Parameters:
  ///   - destination: The name that the file is to have.
  ///   - replacesFile: Whether a file that stands there is replaced on ``commit()``.
  ///   - isShared: Whether several processes write parts of it, which only a file allows.
  /// - Throws: `InputError` where no file can be made there.
  package init(
    for destination: String, replacesFile: Bool = true, isShared: Bool = false
  ) throws(InputError) {
    try checkOutputName(destination)
    var status = stat()
    let kind = stat(destination, &status) == 0 ? status.st_mode & S_IFMT : nil
    let isFile = kind == nil || kind == S_IFREG
    if kind == S_IFDIR {
      throw InputError("is a directory: name a file to write", file: destination)
    }
    if kind != nil, !replacesFile {
      throw InputError(
        "exists already: name another file, or replace it with --force", file: destination)
    }
    if !isFile, isShared {
      throw InputError(
        "is not a file, so parts of it cannot be written: name a file", file: destination)
    }
    let path = isFile ? temporaryName(beside: destination, "partial") : destination
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | (isFile ? O_CREAT | O_EXCL : 0), 0o666)
    guard descriptor >= 0 else { throw systemFailure("cannot be written", file: destination) }
    self.destination = destination
    self.path = path
    self.descriptor = descriptor
    isTemporary = isFile
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
    let bytesAtOnce = 1 << 30
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(bytesAtOnce))
      let count = Foundation.write(descriptor, piece.baseAddress, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw systemFailure("cannot be written", file: destination) }
      rest = rest.dropFirst(count)
    }
  }

  /// Gives the file its name, when all of it is on the disk.
  ///
  /// - Throws: `InputError` where the system refuses it; then nothing is left behind.
  package consuming func commit() throws(InputError) {
    // Some file systems notice only here that there is no room.
    if isTemporary, fsync(descriptor) != 0 {
      throw systemFailure("cannot be written", file: destination)
    }
    if isOpen {
      isOpen = false
      guard close(descriptor) == 0 else {
        throw systemFailure("cannot be written", file: destination)
      }
    }
    guard isTemporary else { return }
    guard rename(path, destination) == 0 else {
      throw systemFailure("cannot be given its name", file: destination)
    }
    isTemporary = false
  }

  deinit {
    if isOpen { close(descriptor) }
    if isTemporary { unlink(path) }
  }
}

/// A name beside a path that nothing else has, also where processes of several machines write there.
func temporaryName(beside path: String, _ word: String) -> String {
  "\(path).\(word)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
}

/// Refuses an empty name, beside which there would be room for a temporary one.
func checkOutputName(_ name: String) throws(InputError) {
  if name.isEmpty { throw InputError("the name of the output is empty: give one") }
}
