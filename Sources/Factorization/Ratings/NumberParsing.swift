import Glibc

/// What a token is as an integer.
package enum ParsedInteger: Equatable {
  /// An integer of 64 bits.
  case value(Int64)
  /// An integer that needs more than 64 bits.
  case beyond64Bits
  /// Something else.
  case notAnInteger
}

/// What a token is as a decimal number in single precision.
package enum ParsedFloat: Equatable {
  /// A finite number.
  case value(Float)
  /// A number too large for single precision.
  case tooLarge
  /// The word infinity.
  case infinite
  /// The word NaN.
  case nan
  /// Something else.
  case notANumber
}

/// Reads a token of digits with an optional sign.
@inline(__always)
package func parseInteger(_ token: Token) -> ParsedInteger {
  // Indices stay below `count`, which is checked before each use.
  let count = token.count
  guard count > 0, let bytes = token.baseAddress else { return .notAnInteger }
  let isSigned = bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+")
  var index = isSigned ? 1 : 0
  // Eighteen digits cannot overflow.
  guard count > index, count - index <= 18 else { return parseLongInteger(token) }
  var value: Int64 = 0
  while index < count {
    let digit = bytes[index] &- UInt8(ascii: "0")
    guard digit < 10 else { return .notAnInteger }
    value = value &* 10 &+ Int64(digit)
    index += 1
  }
  return .value(isSigned && bytes[0] == UInt8(ascii: "-") ? -value : value)
}

@inline(never)
private func parseLongInteger(_ token: Token) -> ParsedInteger {
  let isNegative = token[0] == UInt8(ascii: "-")
  let digits = isNegative || token[0] == UInt8(ascii: "+") ? token.dropFirst() : token[...]
  guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
  else { return .notAnInteger }
  var value: Int64 = 0
  for byte in digits {
    let digit = Int64(byte - UInt8(ascii: "0"))
    let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
    // Downwards for negative numbers, because the least one has no positive twin.
    let (sum, carried) =
      isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
    guard !overflowed, !carried else { return .beyond64Bits }
    value = sum
  }
  return .value(value)
}

/// Reads a decimal number, correctly rounded to single precision, as `strtof` does.
///
/// The usual case is one exact integer times or over one exact power of ten, which IEEE arithmetic
/// rounds once (Clinger, "How to Read Floating Point Numbers Accurately", 1990). In double precision
/// the second rounding, to single, is harmless unless the double lies exactly half-way between two
/// singles; that case and everything unusual is left to `strtof`.
@inline(__always)
package func parseFloat(_ token: Token) -> ParsedFloat {
  let count = token.count
  guard count > 0, let bytes = token.baseAddress else { return .notANumber }
  let isNegative = bytes[0] == UInt8(ascii: "-")
  var index = isNegative || bytes[0] == UInt8(ascii: "+") ? 1 : 0
  // Eighteen characters of digits cannot overflow the integer below.
  guard count - index <= 18 else { return parseUnusualFloat(token) }
  var digits: UInt64 = 0
  var digitCount = 0
  var fractionDigits = 0
  var point = false
  while index < count {
    let digit = bytes[index] &- UInt8(ascii: "0")
    if digit < 10 {
      digits = digits &* 10 &+ UInt64(digit)
      digitCount += 1
      if point { fractionDigits += 1 }
    } else if bytes[index] == UInt8(ascii: "."), !point {
      point = true
    } else {
      return parseUnusualFloat(token)
    }
    index += 1
  }
  guard digitCount > 0 else { return .notANumber }
  if fractionDigits == 0, digits < 1 << 24 {
    return .value(isNegative ? -Float(digits) : Float(digits))
  }
  guard digits <= 1 << 53 else { return parseUnusualFloat(token) }
  let magnitude = Double(digits) / powersOfTen[fractionDigits]
  guard !isHalfWayBetweenFloats(magnitude) else { return parseUnusualFloat(token) }
  let value = Float(magnitude)
  // At most 18 digits: never too large, and 0 or at least 1e-18, so a normal number.
  return .value(isNegative ? -value : value)
}

/// The powers of ten that are exact in double precision and that 18 digits need.
private let powersOfTen: InlineArray<19, Double> = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18,
]

@inline(__always)
private func isHalfWayBetweenFloats(_ value: Double) -> Bool {
  let dropped = Double.significandBitCount - Float.significandBitCount
  return value.bitPattern & (1 << dropped - 1) == 1 << (dropped - 1)
}

/// The words, exponents and long numbers; checks the grammar itself, because `strtof` also takes
/// hexadecimal numbers and stops at the first character that it cannot use.
@inline(never)
private func parseUnusualFloat(_ token: Token) -> ParsedFloat {
  guard isDecimalNumber(token) else {
    switch String(decoding: token, as: UTF8.self).lowercased().drop(while: { "+-".contains($0) }) {
    case "nan": return .nan
    case "inf", "infinity": return .infinite
    default: return .notANumber
    }
  }
  let text = [UInt8](token) + [0]
  let value = text.withUnsafeBufferPointer { bytes in
    // Terminated by the zero above, which `strtof` needs.
    bytes.withMemoryRebound(to: CChar.self) { characters in
      characters.baseAddress.map { strtof($0, nil) } ?? .nan
    }
  }
  return value.isFinite ? .value(value) : .tooLarge
}

/// Whether the token is `[sign] digits [. digits] [e [sign] digits]` with a digit before the `e`.
private func isDecimalNumber(_ token: Token) -> Bool {
  var rest = token[...]
  func dropSign() {
    if let byte = rest.first, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
      rest = rest.dropFirst()
    }
  }
  func dropDigits() -> Int {
    let before = rest.count
    rest = rest.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return before - rest.count
  }
  dropSign()
  var digits = dropDigits()
  if rest.first == UInt8(ascii: ".") {
    rest = rest.dropFirst()
    digits += dropDigits()
  }
  guard digits > 0 else { return false }
  if let byte = rest.first, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
    rest = rest.dropFirst()
    dropSign()
    guard dropDigits() > 0 else { return false }
  }
  return rest.isEmpty
}
