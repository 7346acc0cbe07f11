import CISAL

/// The inflated bytes of a gzip file of one or several members.
final class GzipBytes: ByteSource {
  private static let bufferBytes = 1 << 18

  private let file: InputFile
  private var offset = 0
  private let input: UnsafeMutableRawBufferPointer
  /// At an address of its own, because it has tables and a window within and is large.
  private let stream: UnsafeMutablePointer<inflate_state>
  /// How far the header has been read: ISA-L by itself forgets its checksum where the input pauses.
  private var header = isal_gzip_header()
  private var isInHeader = true
  private var isBetweenMembers = false
  private var isInputAtEnd = false
  private var isAtEnd = false

  init(_ file: InputFile) {
    self.file = file
    input = .allocate(byteCount: Self.bufferBytes, alignment: 16)
    // What of it must have a value from the start, the call sets.
    stream = .allocate(capacity: 1)
    isal_inflate_init(stream)
    stream.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR_VER)
    stream.pointee.avail_in = 0
    isal_gzip_header_init(&header)
  }

  deinit {
    stream.deallocate()
    input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    // A piece at a time, because ISA-L counts in 32 bits.
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
    try fillInput()
    if isBetweenMembers {
      // Tapes and block devices pad with zeros; gzip ignores these, too.
      while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
        stream.pointee.next_in += 1
        stream.pointee.avail_in -= 1
      }
      if stream.pointee.avail_in == 0 {
        isAtEnd = isInputAtEnd
        return
      }
      // ISA-L looks at a header only when its first ten bytes are there.
      guard stream.pointee.next_in.pointee == 0x1F else { throw damaged }
      isal_inflate_reset(stream)
      isal_gzip_header_init(&header)
      isInHeader = true
      isBetweenMembers = false
    }
    let room = stream.pointee.avail_out
    let code = isInHeader ? isal_read_gzip_header(stream, &header) : isal_inflate(stream)
    guard code == ISAL_DECOMP_OK || (isInHeader && code == ISAL_END_INPUT) else { throw damaged }
    if code == ISAL_DECOMP_OK { isInHeader = false }
    if stream.pointee.block_state == ISAL_BLOCK_FINISH {
      isBetweenMembers = true
    } else if isInputAtEnd, stream.pointee.avail_out == room {
      // Only now: what has come before may have been waiting for room.
      throw InputError(
        "the gzip data end too early: the file is truncated; copy or fetch it again",
        file: file.path)
    }
  }

  private var damaged: InputError {
    InputError("the gzip data are damaged: copy or fetch the file again", file: file.path)
  }

  private func fillInput() throws(InputError) {
    guard stream.pointee.avail_in == 0, !isInputAtEnd else { return }
    let count = try file.read(into: input, at: offset)
    offset += count
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = UInt32(count)
    isInputAtEnd = count == 0
  }
}
