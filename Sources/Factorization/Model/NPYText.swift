/// NumPy's fixed-width text: every string takes `width` Unicode scalars of 4 bytes, little-endian,
/// padded with zeros, so that string `i` begins at byte `4 · width · i`.
public enum NPYText {
  /// The widest text that is read or written, in Unicode scalars.
  public static let maximumWidth = 1 << 20

  /// The width that holds all of the strings: the largest number of Unicode scalars, at least 1.
  ///
  /// Writers that hold a part of the strings each take the maximum over all of them.
  public static func width(of strings: some Sequence<String>) -> Int {
    strings.reduce(1) { max($0, $1.unicodeScalars.count) }
  }

  /// The bytes of the strings, one after the other.
  ///
  /// - Parameters:
  ///   - strings: Strings of at most `width` Unicode scalars; a longer one is a programmer's error.
  ///   - width: The width of every string in Unicode scalars.
  /// - Returns: 4 · `width` bytes a string.
  public static func encode(_ strings: some Collection<String>, width: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(strings.count * width * 4)
    for string in strings {
      let start = bytes.count
      for scalar in string.unicodeScalars {
        withUnsafeBytes(of: scalar.value.littleEndian) { bytes.append(contentsOf: $0) }
      }
      let padding = start + 4 * width - bytes.count
      precondition(padding >= 0, "a string is wider than the array")
      bytes.append(contentsOf: repeatElement(0, count: padding))
    }
    return bytes
  }

  /// The string in one element's bytes, without the zeros at its end.
  ///
  /// - Parameter bytes: The bytes of one element, a multiple of 4.
  /// - Returns: The string, or nil where the bytes are no text.
  public static func decode(_ bytes: UnsafeRawBufferPointer) -> String? {
    var length = bytes.count / 4
    while length > 0, scalarValue(in: bytes, at: length - 1) == 0 { length -= 1 }
    var text = String.UnicodeScalarView()
    for index in 0..<length {
      guard let scalar = Unicode.Scalar(scalarValue(in: bytes, at: index)) else { return nil }
      text.append(scalar)
    }
    return String(text)
  }

  private static func scalarValue(in bytes: UnsafeRawBufferPointer, at index: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
  }
}
