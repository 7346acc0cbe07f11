/// A file that is written under a temporary name and appears under its own when it is whole.
///
/// It can be standard output too. Writes are buffered. Dropping it without ``commit()`` removes what
/// was written. A path that names something other than a file, such as a pipe or `/dev/null`, is
/// written to directly.
public struct OutputFile: ~Copyable {
  private var destination: PendingFile
  private var buffer: [UInt8] = []
  private static let bufferBytes = 1 << 18

  /// Begins a file at a path; an existing file stays as it is until ``commit()``.
  ///
  /// - Throws: `InputError` where no file can be made there.
  public init(path: String) throws(InputError) {
    destination = try PendingFile(for: path)
  }

  /// Writes to standard output.
  public init() {
    destination = .standardOutput
  }

  /// Appends text.
  ///
  /// - Throws: `InputError` where the system refuses it, as on a full disk.
  public mutating func write(_ text: String) throws(InputError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  /// Appends bytes.
  ///
  /// - Throws: `InputError` where the system refuses it, as on a full disk.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
    guard bytes.count < Self.bufferBytes else {
      try flush()
      return try destination.write(bytes)
    }
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  /// Ends the file and gives it its name.
  ///
  /// - Throws: `InputError` where the system refuses it; then nothing is left behind.
  public consuming func commit() throws(InputError) {
    try flush()
    try destination.commit()
  }

  private mutating func flush() throws(InputError) {
    var failure: InputError?
    buffer.withUnsafeBytes { bytes in
      do throws(InputError) { try destination.write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    buffer.removeAll(keepingCapacity: true)
  }
}
