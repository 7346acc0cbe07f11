extension NPYHeader {
  /// Reads the header at the beginning of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file's first bytes, at least the whole header (65,545 bytes are always enough).
  ///   - file: The file's name, for messages.
  /// - Throws: `InputError` where the bytes are no header of a NumPy 1.0 file, or of an array whose
  ///   element type or order Stratum does not read.
  public init(parsing bytes: some RandomAccessCollection<UInt8>, file: String) throws(InputError) {
    let preamble = Array(bytes.prefix(Self.preambleBytes))
    guard preamble.starts(with: Self.magic) else {
      throw InputError("is not a NumPy file: give an array that numpy.save wrote", file: file)
    }
    guard preamble.count == Self.preambleBytes else { throw Self.truncated(file) }
    guard preamble[6] == 1 else {
      throw InputError(
        "is a NumPy file of version \(preamble[6]).\(preamble[7]), but only version 1.0 is read",
        file: file)
    }
    let length = Int(preamble[8]) | Int(preamble[9]) << 8
    let text = bytes.dropFirst(Self.preambleBytes).prefix(length)
    guard text.count == length else { throw Self.truncated(file) }

    var dictionary = HeaderDictionary(text: String(decoding: text, as: UTF8.self))
    guard dictionary.parse(), let name = dictionary.elementType, let shape = dictionary.shape,
      let isFortranOrder = dictionary.isFortranOrder
    else {
      throw InputError("has a NumPy header that cannot be read", file: file)
    }
    guard !isFortranOrder else {
      throw InputError(
        "is in Fortran order: save it with numpy.save(file, numpy.ascontiguousarray(array))",
        file: file)
    }
    guard let elementType = NPYElementType(name: name) else {
      throw InputError(
        "has elements of type '\(name)', but only '<f4', '<i8' and '<U' are read", file: file)
    }
    guard !shape.isEmpty, Self.fits(shape, elementBytes: elementType.bytes) else {
      throw InputError("has a shape that no array in memory can have: \(shape)", file: file)
    }
    self.init(
      elementType: elementType, shape: shape, dataOffset: Self.preambleBytes + length)
  }

  private static func truncated(_ file: String) -> InputError {
    InputError("is truncated: it ends within its NumPy header", file: file)
  }

  /// Whether the array's bytes can be counted in an Int.
  private static func fits(_ shape: [Int], elementBytes: Int) -> Bool {
    var bytes = elementBytes
    for extent in shape where extent > 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflow else { return false }
      bytes = product
    }
    return bytes <= Int.max - (1 << 17)
  }
}

/// The Python dictionary in a header: three known keys, in any order.
private struct HeaderDictionary {
  private var rest: Substring
  var elementType: String?
  var isFortranOrder: Bool?
  var shape: [Int]?

  init(text: String) { rest = text[...] }

  /// Reads the whole text; false where it is not such a dictionary.
  mutating func parse() -> Bool {
    guard accept("{") else { return false }
    while !accept("}") {
      guard let key = quoted(), accept(":"), value(of: key) else { return false }
      guard accept(",") || rest.first == "}" else { return false }
    }
    skipSpace()
    return rest.isEmpty
  }

  private mutating func value(of key: String) -> Bool {
    switch key {
    case "descr": elementType = quoted()
    case "fortran_order":
      if accept("False") { isFortranOrder = false } else if accept("True") { isFortranOrder = true }
    case "shape": shape = tuple()
    default: return false
    }
    return true
  }

  private mutating func tuple() -> [Int]? {
    guard accept("(") else { return nil }
    var extents: [Int] = []
    while !accept(")") {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let extent = Int(digits) else { return nil }
      rest.removeFirst(digits.count)
      extents.append(extent)
      skipSpace()
      guard accept(",") || rest.first == ")" else { return nil }
      skipSpace()
    }
    return extents
  }

  private mutating func quoted() -> String? {
    skipSpace()
    guard let mark = rest.first, mark == "'" || mark == "\"" else { return nil }
    rest.removeFirst()
    guard let end = rest.firstIndex(of: mark) else { return nil }
    defer { rest = rest[rest.index(after: end)...] }
    return String(rest[..<end])
  }

  private mutating func accept(_ token: String) -> Bool {
    skipSpace()
    guard rest.hasPrefix(token) else { return false }
    rest.removeFirst(token.count)
    return true
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0.isWhitespace }
  }
}
