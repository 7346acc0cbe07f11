import Glibc

/// A regular file that is open for reading.
final class InputFile: Sendable {
  let path: String
  let size: Int
  private let descriptor: Int32

  /// Opens a file, or says in one sentence why that cannot be.
  init(path: String) throws(InputError) {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(
        errno == ENOENT
          ? "there is no such file: check the path"
          : "cannot be opened: \(systemMessage(errno))", file: path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw InputError("cannot be examined: \(systemMessage(code))", file: path)
    }
    let type = status.st_mode & S_IFMT
    guard type == S_IFREG else {
      close(descriptor)
      throw InputError(
        type == S_IFDIR
          ? "this is a directory: name a file of ratings in it"
          : "this is not a regular file: write the ratings to a file first", file: path)
    }
    guard status.st_size > 0 else {
      close(descriptor)
      throw InputError("the file is empty: name a file that holds ratings", file: path)
    }
    self.path = path
    self.size = status.st_size
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads up to `buffer.count` bytes from `offset` on; 0 only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(InputError) -> Int {
    while true {
      // The buffer's own length bounds what is written.
      let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
      if count >= 0 { return count }
      guard errno == EINTR else {
        throw InputError("cannot be read: \(systemMessage(errno))", file: path)
      }
    }
  }

  /// Whether the file starts as gzip does.
  ///
  /// - Throws: `InputError` if it starts as something else that is not text.
  func isGzip() throws(InputError) -> Bool {
    let start = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 1)
    defer { start.deallocate() }
    start.initializeMemory(as: UInt8.self, repeating: 0)
    _ = try read(into: start, at: 0)
    let strangers: [(magic: [UInt8], skipped: Int, advice: String)] = [
      ([0x50, 0x4B, 3, 4], 0, "this is a zip archive: unpack it, or use gzip"),
      ([0x31, 0x41, 0x59, 0x26, 0x53, 0x59], 4, "this is a bzip2 file: unpack it, or use gzip"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], 0, "this is an xz file: unpack it, or use gzip"),
      ([0x28, 0xB5, 0x2F, 0xFD], 0, "this is a zstd file: unpack it, or use gzip"),
      ([0xFF, 0xFE], 0, "this is UTF-16: convert it, for example with iconv -f utf-16 -t utf-8"),
      ([0xFE, 0xFF], 0, "this is UTF-16: convert it, for example with iconv -f utf-16 -t utf-8"),
    ]
    for stranger in strangers where start[stranger.skipped...].starts(with: stranger.magic) {
      throw InputError(stranger.advice, file: path)
    }
    return start[0] == 0x1F && start[1] == 0x8B
  }
}

/// The system's words for an error number.
private func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}
