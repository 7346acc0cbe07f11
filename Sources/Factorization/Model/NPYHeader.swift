/// The header of a NumPy `.npy` file, format version 1.0, for an array in C order.
///
/// The file is the magic string, the version, a 2-byte length, a Python dictionary in ASCII padded
/// with spaces to a multiple of 64 bytes, and then the elements:
///
///     \x93NUMPY 1 0 | 118 0 | {'descr': '<f4', 'fortran_order': False, 'shape': (943, 64), }   … \n
///
/// The header depends on element type and shape alone, so writers that know both can write ranges
/// of rows into one file at ``byteOffset(ofRow:)`` without talking to each other.
///
/// Source: numpy.lib.format, "NPY format, version 1.0".
public struct NPYHeader: Sendable, Equatable {
  /// The type of the elements.
  public let elementType: NPYElementType
  /// The extent of each dimension, slowest first.
  public let shape: [Int]
  /// The byte at which the elements begin.
  public let dataOffset: Int

  /// The number of rows: the extent of the first dimension.
  public var rows: Int { shape[0] }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// The bytes of one row, of all dimensions after the first.
  public var rowBytes: Int { shape.dropFirst().reduce(elementType.bytes, *) }

  /// The bytes of all elements.
  public var dataBytes: Int { rows * rowBytes }

  /// The bytes of a whole file: header and elements.
  public var fileBytes: Int { dataOffset + dataBytes }

  /// The header of an array.
  ///
  /// - Parameters:
  ///   - elementType: The type of the elements.
  ///   - shape: The extents, at least one dimension, none negative.
  public init(elementType: NPYElementType, shape: [Int]) {
    precondition(!shape.isEmpty && shape.allSatisfy { $0 >= 0 }, "not the shape of an array")
    self.elementType = elementType
    self.shape = shape
    self.dataOffset = Self.encode(elementType, shape).count
  }

  init(elementType: NPYElementType, shape: [Int], dataOffset: Int) {
    self.elementType = elementType
    self.shape = shape
    self.dataOffset = dataOffset
  }

  /// The header as it stands in a file; its length is a multiple of 64.
  public var bytes: [UInt8] { Self.encode(elementType, shape) }

  /// The byte in the file at which a row begins; for the number of rows, the file's end.
  public func byteOffset(ofRow row: Int) -> Int {
    precondition((0...rows).contains(row), "no such row")
    return dataOffset + row * rowBytes
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  static let preambleBytes = 10

  private static func encode(_ elementType: NPYElementType, _ shape: [Int]) -> [UInt8] {
    // A Python tuple of one element keeps its comma.
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let dictionary =
      "{'descr': '\(elementType.name)', 'fortran_order': False, 'shape': (\(extents)), }"
    let unpadded = preambleBytes + dictionary.utf8.count + 1
    let total = (unpadded + 63) / 64 * 64
    let length = total - preambleBytes
    precondition(length <= UInt16.max, "too many dimensions for a version 1.0 header")
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(dictionary.utf8)
      + [UInt8](repeating: UInt8(ascii: " "), count: total - unpadded) + [UInt8(ascii: "\n")]
  }
}
