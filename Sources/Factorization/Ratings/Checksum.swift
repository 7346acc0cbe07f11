import CISAL
import Foundation

/// The CRC-32 of bytes, as gzip has it.
package func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
  bytes.withContiguousStorageIfAvailable { checksum(UnsafeRawBufferPointer($0)) }
    ?? checksum(Array(bytes))
}

/// The CRC-32 of memory.
package func checksum(_ memory: UnsafeRawBufferPointer) -> UInt32 {
  let bytes = memory.bindMemory(to: UInt8.self)
  return crc32_gzip_refl(0, bytes.baseAddress, UInt64(bytes.count))
}

/// The CRC-32 of bytes behind one another, from both's and the length of the second.
///
/// A CRC is a remainder of polynomials over GF(2). Behind the first bytes come as many others as the second
/// are, so its remainder is multiplied by x⁸ for each of them; the second's is then added.
package func checksum(_ first: UInt32, then second: UInt32, ofBytes count: Int) -> UInt32 {
  var shifted = first
  // x⁸, squared over and over: the highest bit is the coefficient of x⁰.
  var power: UInt32 = 1 << 23
  var rest = count
  while rest > 0 {
    if rest & 1 == 1 { shifted = remainder(ofProduct: shifted, power) }
    power = remainder(ofProduct: power, power)
    rest >>= 1
  }
  return shifted ^ second
}

extension UInt32 {
  /// A checksum as it is mostly written: eight hexadecimal digits.
  package var hexadecimal: String { String(format: "%08x", self) }
}

/// The product of two polynomials over GF(2) modulo that of CRC-32.
private func remainder(ofProduct a: UInt32, _ b: UInt32) -> UInt32 {
  let polynomial: UInt32 = 0xEDB8_8320
  var sum: UInt32 = 0
  var shifted = b
  for bit in (0..<32).reversed() {
    if a >> bit & 1 == 1 { sum ^= shifted }
    shifted = shifted >> 1 ^ (shifted & 1 == 1 ? polynomial : 0)
  }
  return sum
}
