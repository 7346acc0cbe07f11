import Foundation

/// Where the bytes of an ``OutputFile`` go: a file under a temporary name, or an open descriptor.
struct OutputDestination: ~Copyable {
  let descriptor: Int32
  let path: String
  /// The name the file has until it is whole, or nil where bytes go straight to `path`.
  var temporaryPath: String?

  static var standardOutput: OutputDestination {
    OutputDestination(descriptor: STDOUT_FILENO, path: "standard output", temporaryPath: nil)
  }

  private init(descriptor: Int32, path: String, temporaryPath: String?) {
    self.descriptor = descriptor
    self.path = path
    self.temporaryPath = temporaryPath
  }

  init(path: String) throws(InputError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT == S_IFDIR {
      throw InputError("is a directory: name a file to write", file: path)
    }
    let isDirect = exists && status.st_mode & S_IFMT != S_IFREG
    let written = isDirect ? path : "\(path).partial-\(getpid())"
    let descriptor = open(written, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw systemFailure("cannot be written", file: path) }
    self.init(
      descriptor: descriptor, path: path, temporaryPath: isDirect ? nil : written)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
    let bytesAtOnce = 1 << 30
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(bytesAtOnce))
      let count = Foundation.write(descriptor, piece.baseAddress, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw systemFailure("cannot be written", file: path) }
      rest = rest.dropFirst(count)
    }
  }

  mutating func commit() throws(InputError) {
    guard let temporaryPath else { return }
    guard rename(temporaryPath, path) == 0 else {
      throw systemFailure("cannot be given its name", file: path)
    }
    self.temporaryPath = nil
  }

  deinit {
    if descriptor != STDOUT_FILENO { close(descriptor) }
    if let temporaryPath { unlink(temporaryPath) }
  }
}
