import Glibc

/// Reads a source line by line, in blocks.
struct LineReader: ~Copyable {
  /// A line that is longer than this is taken as a sign that the file is no text.
  private static let longestLineBytes = 16 << 20

  private let source: any ByteSource
  private let path: String
  private var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// The unread bytes are `buffer[start..<end]`.
  private var start = 0
  private var end = 0
  /// The place of `buffer[0]` in the source.
  private var bufferOffset = 0
  private var isAtEnd = false

  init(_ source: any ByteSource, path: String, blockBytes: Int) {
    self.source = source
    self.path = path
    capacity = blockBytes
    buffer = .allocate(capacity: blockBytes)
  }

  deinit { buffer.deallocate() }

  /// Where in the source the next line starts.
  var offset: Int { bufferOffset + start }

  /// The next line without its line break, valid until the next call; nil at the end.
  @inline(__always)
  mutating func nextLine() throws(InputError) -> Token? {
    while true {
      // Both pointers lie within the buffer, between `start` and `end`.
      let first = buffer + start
      if let found = memchr(first, 0x0A, end - start) {
        let length = UnsafeRawPointer(found) - UnsafeRawPointer(first)
        start += length + 1
        return withoutReturn(first, length)
      }
      if isAtEnd {
        guard start < end else { return nil }
        let length = end - start
        start = end
        return withoutReturn(first, length)
      }
      try readBlock()
    }
  }

  @inline(__always)
  private func withoutReturn(_ first: UnsafeMutablePointer<UInt8>, _ length: Int) -> Token {
    let endsInReturn = length > 0 && first[length - 1] == UInt8(ascii: "\r")
    return Token(start: first, count: endsInReturn ? length - 1 : length)
  }

  /// The unread bytes up to so many.
  mutating func peek(_ count: Int) throws(InputError) -> [UInt8] {
    while end - start < count, !isAtEnd { try readBlock() }
    return Array(UnsafeBufferPointer(start: buffer + start, count: min(count, end - start)))
  }

  /// Leaves out everything before `offset`.
  mutating func discard(upTo offset: Int) throws(InputError) {
    if offset <= bufferOffset + end {
      start = max(start, offset - bufferOffset)
      return
    }
    try source.discard(offset - bufferOffset - end)
    bufferOffset = offset
    start = 0
    end = 0
  }

  /// The number of line breaks before `offset`; reads up to there.
  mutating func countLineBreaks(before offset: Int) throws(InputError) -> Int {
    var count = 0
    while true {
      let limit = min(end, offset - bufferOffset)
      while start < limit {
        if buffer[start] == 0x0A { count += 1 }
        start += 1
      }
      if isAtEnd || bufferOffset + end >= offset { return count }
      try readBlock()
    }
  }

  /// Moves what is unread to the front and fills the rest of the buffer.
  @inline(never)
  private mutating func readBlock() throws(InputError) {
    let unread = end - start
    if unread == capacity { try enlarge() }
    memmove(buffer, buffer + start, unread)
    bufferOffset += start
    start = 0
    end = unread
    let free = UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end)
    let count = try source.read(into: free)
    if count == 0 { isAtEnd = true }
    end += count
  }

  private mutating func enlarge() throws(InputError) {
    guard capacity <= Self.longestLineBytes else {
      throw InputError(
        "a line is longer than \(Self.longestLineBytes >> 20) MiB: is this a file of text?",
        file: path)
    }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity)
    memcpy(larger, buffer, end)
    buffer.deallocate()
    buffer = larger
    capacity *= 2
  }
}
