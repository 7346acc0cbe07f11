/// Numbers as Stratum's own files have them.
extension FixedWidthInteger {
  /// The number's bytes, the least significant first.
  package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }

  /// The number whose bytes begin at an index, the least significant first.
  package init(littleEndian bytes: [UInt8], at start: Int) {
    self = (0..<MemoryLayout<Self>.size).reversed().reduce(0) { $0 << 8 | Self(bytes[start + $1]) }
  }
}
