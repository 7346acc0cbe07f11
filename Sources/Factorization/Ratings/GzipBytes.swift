import CZlib

/// The inflated bytes of a gzip file of one or several members.
final class GzipBytes: ByteSource {
  private static let bufferBytes = 1 << 18

  private let file: InputFile
  private var offset = 0
  private let input: UnsafeMutableRawBufferPointer
  /// At an address of its own, because zlib keeps a pointer back to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isBetweenMembers = false
  private var isAtEnd = false

  init(_ file: InputFile) throws(InputError) {
    self.file = file
    input = .allocate(byteCount: Self.bufferBytes, alignment: 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window, the largest; 16 more ask for the gzip format alone.
    let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      throw InputError("cannot be inflated: zlib reports error \(code)", file: file.path)
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    // A piece at a time, because zlib counts in 32 bits.
    let wanted = min(buffer.count, 1 << 30)
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(wanted)
    while stream.pointee.avail_out == wanted, !isAtEnd { try inflateSome() }
    return wanted - Int(stream.pointee.avail_out)
  }

  func discard(_ count: Int) throws(InputError) {
    let scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(count, Self.bufferBytes), alignment: 16)
    defer { scratch.deallocate() }
    var rest = count
    while rest > 0 {
      let piece = UnsafeMutableRawBufferPointer(rebasing: scratch[..<min(rest, scratch.count)])
      let got = try read(into: piece)
      if got == 0 { return }
      rest -= got
    }
  }

  private func inflateSome() throws(InputError) {
    if stream.pointee.avail_in == 0 {
      let count = try file.read(into: input, at: offset)
      offset += count
      stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = UInt32(count)
      if count == 0 {
        guard isBetweenMembers else {
          throw InputError(
            "the gzip data end too early: the file is truncated; copy or fetch it again",
            file: file.path)
        }
        isAtEnd = true
        return
      }
    }
    if isBetweenMembers {
      // Tapes and block devices pad with zeros; gzip ignores these, too.
      while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
        stream.pointee.next_in += 1
        stream.pointee.avail_in -= 1
      }
      if stream.pointee.avail_in == 0 { return }
      inflateReset(stream)
      isBetweenMembers = false
    }
    switch inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isBetweenMembers = true
    default:
      throw InputError(
        "the gzip data are damaged: copy or fetch the file again", file: file.path)
    }
  }
}
