/// The element types of Stratum's NumPy files: little-endian numbers and fixed-width text.
public enum NPYElementType: Sendable, Equatable {
  /// IEEE single precision, `<f4`.
  case float32
  /// Signed 64-bit integers, `<i8`.
  case int64
  /// Text of at most `width` Unicode scalars, 4 bytes each, padded with zeros: `<U{width}`.
  case unicode(width: Int)

  /// NumPy's name of the type, as it stands in a header.
  public var name: String {
    switch self {
    case .float32: "<f4"
    case .int64: "<i8"
    case .unicode(let width): "<U\(width)"
    }
  }

  /// The bytes that one element takes.
  public var bytes: Int {
    switch self {
    case .float32: 4
    case .int64: 8
    case .unicode(let width): 4 * width
    }
  }

  /// The type of NumPy's name, or nil where it is none of those that Stratum reads.
  public init?(name: some StringProtocol) {
    switch name {
    case "<f4": self = .float32
    case "<i8": self = .int64
    default:
      guard name.hasPrefix("<U"), let width = Int(name.dropFirst(2)),
        (1...NPYText.maximumWidth).contains(width)
      else { return nil }
      self = .unicode(width: width)
    }
  }
}
