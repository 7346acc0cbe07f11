/// A stream of bytes.
protocol ByteSource: AnyObject {
  /// Reads up to `buffer.count` bytes; 0 only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int

  /// Leaves out the next `count` bytes, or those that there are.
  func discard(_ count: Int) throws(InputError)
}

/// The bytes of a file as they are.
final class PlainBytes: ByteSource {
  private let file: InputFile
  private var offset = 0

  init(_ file: InputFile) {
    self.file = file
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = try file.read(into: buffer, at: offset)
    offset += count
    return count
  }

  func discard(_ count: Int) {
    offset += count
  }
}
