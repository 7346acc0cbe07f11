/// What the first lines of a Matrix Market coordinate file declare.
///
/// Source: Boisvert, Pozo, Remington, "The Matrix Market Exchange Formats", NISTIR 5935, 1996.
struct MatrixMarketHeader: Sendable, Equatable {
  enum Symmetry: Sendable {
    case general
    /// An entry off the diagonal stands for its mirror image as well.
    case symmetric
    /// The same, with the other sign.
    case skewSymmetric
  }

  var rows: Int
  var columns: Int
  var entries: Int
  var isPattern: Bool
  var symmetry: Symmetry

  /// Reads the banner, comments and size line, and leaves the reader at the first entry.
  init(from reader: inout LineReader, path: String) throws(InputError) {
    var lineNumber = 0
    var banner: (isPattern: Bool, symmetry: Symmetry)?
    while let line = try reader.nextLine() {
      lineNumber += 1
      let text = String(decoding: line, as: UTF8.self)
      let words = text.lowercased().split(whereSeparator: \.isWhitespace)
      guard let kinds = banner else {
        banner = try Self.readBanner(words, path: path)
        continue
      }
      if words.isEmpty || text.hasPrefix("%") { continue }
      let sizes = words.map { Int($0) ?? -1 }
      guard sizes.count == 3, sizes.allSatisfy({ $0 >= 0 }),
        sizes[0] < UInt32.max, sizes[1] < UInt32.max
      else {
        throw InputError(
          "the size line of a Matrix Market file holds the numbers of rows, columns and entries,"
            + " rows and columns below \(UInt32.max): correct it", file: path, line: lineNumber)
      }
      guard kinds.symmetry == .general || sizes[0] == sizes[1] else {
        throw InputError(
          "a symmetric matrix has as many rows as columns, not \(sizes[0]) and \(sizes[1]):"
            + " correct the size line or the first line", file: path, line: lineNumber)
      }
      guard MachineMemory.holds(sizes[0] + sizes[1], ofBytes: 40) else {
        throw InputError(
          "a matrix of \(sizes[0]) rows and \(sizes[1]) columns does not fit into this machine's"
            + " memory: correct the size line", file: path, line: lineNumber)
      }
      guard sizes[2] > 0 else {
        throw InputError("the matrix has no entries: name a file that holds ratings", file: path)
      }
      (rows, columns, entries) = (sizes[0], sizes[1], sizes[2])
      (isPattern, symmetry) = kinds
      return
    }
    throw InputError(
      "the Matrix Market file ends before its size line: copy or fetch it again", file: path)
  }

  private static func readBanner(
    _ words: [Substring], path: String
  ) throws(InputError) -> (isPattern: Bool, symmetry: Symmetry) {
    func unsupported(_ what: String) -> InputError {
      InputError(
        "\(what): only Matrix Market files “matrix coordinate”, real, integer or pattern, general,"
          + " symmetric or skew-symmetric, can be read", file: path, line: 1)
    }
    guard words.count == 5 else { throw unsupported("the first line should have five words") }
    guard words[1] == "matrix", words[2] == "coordinate" else {
      throw unsupported("this holds a “\(words[1]) \(words[2])”")
    }
    guard ["real", "double", "integer", "pattern"].contains(words[3]) else {
      throw unsupported("the values are “\(words[3])”")
    }
    let symmetry: Symmetry
    switch words[4] {
    case "general": symmetry = .general
    case "symmetric": symmetry = .symmetric
    case "skew-symmetric": symmetry = .skewSymmetric
    default: throw unsupported("the symmetry is “\(words[4])”")
    }
    return (words[3] == "pattern", symmetry)
  }
}
