/// A piece of the line that is being read.
package typealias Token = UnsafeMutableBufferPointer<UInt8>

/// A separator of one byte, or of the same byte twice.
struct PlainDelimiter {
  var byte: UInt8
  var count: Int

  /// Whether the separator stands at `index` of the line.
  @inline(__always)
  func stands(at index: Int, of line: Token) -> Bool {
    let last = index + count - 1
    // In bounds: `index` is at most `last`.
    return last < line.count && line[index] == byte && line[last] == byte
  }
}

/// Cuts a line into fields.
struct FieldScanner {
  private enum Kind {
    case byte
    case doubleColon
    case whitespace
  }

  private let kind: Kind
  private let delimiter: UInt8

  /// What the separator is in the usual line; a run of blanks is one space there.
  var plainDelimiter: PlainDelimiter {
    PlainDelimiter(byte: delimiter, count: kind == .doubleColon ? 2 : 1)
  }

  init(_ separator: RatingFormat.Separator) {
    switch separator {
    case .tab: (kind, delimiter) = (.byte, UInt8(ascii: "\t"))
    case .comma: (kind, delimiter) = (.byte, UInt8(ascii: ","))
    case .semicolon: (kind, delimiter) = (.byte, UInt8(ascii: ";"))
    case .doubleColon: (kind, delimiter) = (.doubleColon, UInt8(ascii: ":"))
    case .whitespace: (kind, delimiter) = (.whitespace, UInt8(ascii: " "))
    }
  }

  /// Takes the field at `position`, without blanks and quotes around it; nil if there is none.
  ///
  /// Moves `position` behind the field's separator, and contracts doubled quotes in place.
  @inline(__always)
  func next(in line: Token, at position: inout Int) throws(LineProblem) -> Token? {
    // In bounds: every index is compared with `line.count` before it is used.
    guard position <= line.count, let bytes = line.baseAddress else { return nil }
    var start = position
    while start < line.count, isBlank(bytes[start]) { start += 1 }
    if start < line.count, bytes[start] == UInt8(ascii: "\"") {
      return try quotedField(in: line, from: start, position: &position)
    }
    if kind == .whitespace, start == line.count { return nil }
    var end = start
    switch kind {
    case .byte: while end < line.count, bytes[end] != delimiter { end += 1 }
    case .doubleColon: while end < line.count, !isDoubleColon(line, end) { end += 1 }
    case .whitespace: while end < line.count, !isBlank(bytes[end]) { end += 1 }
    }
    position = positionAfter(end)
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return Token(start: bytes + start, count: end - start)
  }

  @inline(__always)
  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (byte == UInt8(ascii: "\t") && delimiter != UInt8(ascii: "\t"))
  }

  @inline(__always)
  private func isDoubleColon(_ line: Token, _ index: Int) -> Bool {
    line[index] == UInt8(ascii: ":") && index + 1 < line.count
      && line[index + 1] == UInt8(ascii: ":")
  }

  /// Where the next field starts if one ends at `end`: beyond the line's end if that was the last.
  @inline(__always)
  private func positionAfter(_ end: Int) -> Int {
    kind == .doubleColon ? end + 2 : end + 1
  }

  @inline(never)
  private func quotedField(
    in line: Token, from start: Int, position: inout Int
  ) throws(LineProblem) -> Token {
    var read = start + 1
    var write = start + 1
    while read < line.count {
      if line[read] == UInt8(ascii: "\"") {
        guard read + 1 < line.count, line[read + 1] == UInt8(ascii: "\"") else { break }
        read += 1
      }
      line[write] = line[read]
      write += 1
      read += 1
    }
    guard read < line.count else { throw .unclosedQuote }
    read += 1
    let isSeparated = kind == .whitespace && read < line.count && isBlank(line[read])
    while read < line.count, isBlank(line[read]) { read += 1 }
    let isAtSeparator =
      read == line.count || isSeparated
      || (kind == .byte && line[read] == delimiter)
      || (kind == .doubleColon && isDoubleColon(line, read))
    guard isAtSeparator else { throw .unclosedQuote }
    position = kind == .whitespace && read < line.count ? read : positionAfter(read)
    return Token(rebasing: line[(start + 1)..<write])
  }
}
