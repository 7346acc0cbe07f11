import Foundation

/// A file open for reading, closed when it is dropped.
package struct FileDescriptor: ~Copyable {
  package let number: Int32

  /// Opens a file.
  ///
  /// - Throws: `InputError` where it cannot be opened.
  package init(reading path: String) throws(InputError) {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let number = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { throw systemFailure("cannot be opened", file: path) }
    self.number = number
  }

  deinit { close(number) }

  /// The file's size in bytes; 0 for what is no file.
  package var size: Int {
    var status = stat()
    return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      ? Int(status.st_size) : 0
  }

  /// Reads `count` elements that begin at a byte, into memory that nothing has touched before.
  ///
  /// The elements are little-endian in the file, as in the memory of every machine that Stratum
  /// builds for.
  ///
  /// - Throws: `InputError` where the file ends before or cannot be read.
  package func read<Element: BitwiseCopyable>(
    _ type: Element.Type, count: Int, at byteOffset: Int, path: String
  ) throws(InputError) -> [Element] {
    var failure: InputError?
    // Unsafe because the system fills the memory: elements count only once all bytes have come,
    // and a bitwise-copyable element is right for any bytes that NumPy's types have.
    let elements = [Element](unsafeUninitializedCapacity: count) { storage, initializedCount in
      do throws(InputError) {
        try fill(UnsafeMutableRawBufferPointer(storage), at: byteOffset, path: path)
        initializedCount = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return elements
  }

  private func fill(
    _ bytes: UnsafeMutableRawBufferPointer, at byteOffset: Int, path: String
  ) throws(InputError) {
    // One call transfers at most 2 GiB.
    let bytesAtOnce = 1 << 30
    var done = 0
    while done < bytes.count {
      let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[done...].prefix(bytesAtOnce))
      let count = pread(number, piece.baseAddress, piece.count, off_t(byteOffset + done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw systemFailure("cannot be read", file: path) }
      guard count > 0 else { throw InputError("became shorter while it was read", file: path) }
      done += count
    }
  }
}
