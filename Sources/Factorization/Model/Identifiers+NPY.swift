extension Identifiers {
  /// The type of the identifiers' NumPy array: int64, or text as wide as the longest.
  public var elementType: NPYElementType {
    switch self {
    case .integers: .int64
    case .strings(let strings): .unicode(width: NPYText.width(of: strings))
    }
  }

  /// The bytes of some of the identifiers in a NumPy array.
  ///
  /// - Parameters:
  ///   - range: The positions of the identifiers.
  ///   - elementType: The array's type, for text at least as wide as these identifiers.
  /// - Returns: The elements' bytes, one after the other.
  public func npyBytes(in range: Range<Int>, as elementType: NPYElementType) -> [UInt8] {
    switch (self, elementType) {
    case (.integers(let values), .int64):
      return values[range].withUnsafeBytes { Array($0) }
    case (.strings(let strings), .unicode(let width)):
      return NPYText.encode(strings[range], width: width)
    default:
      preconditionFailure("identifiers do not fit an array of type \(elementType.name)")
    }
  }

  /// Reads the identifiers from a NumPy array.
  ///
  /// - Throws: `InputError` where the file holds neither int64 nor text, cannot be read, or its
  ///   identifiers do not ascend.
  init(npy path: String) throws(InputError) {
    let file = try NPYFile(path: path)
    let ascends: Bool
    switch file.header.elementType {
    case .int64:
      let values = try file.readIntegers()
      ascends = values.indices.dropFirst().allSatisfy { values[$0 - 1] < values[$0] }
      self = .integers(values)
    case .unicode:
      let strings = try file.readStrings()
      ascends = strings.indices.dropFirst().allSatisfy {
        strings[$0 - 1].utf8.lexicographicallyPrecedes(strings[$0].utf8)
      }
      self = .strings(strings)
    case .float32:
      throw InputError("holds no identifiers, which are int64 or text", file: path)
    }
    guard ascends else {
      throw InputError("has identifiers that do not ascend, so no row can be found", file: path)
    }
  }
}
