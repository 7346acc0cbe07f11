/// A file of ratings that is open for reading by any number of parts.
///
/// Text is cut by bytes: part p of P takes the lines that start within its P-th of the file, and
/// reads little else. A gzip stream cannot be entered in the middle, so there every part inflates
/// all of it and takes the lines that start in every P-th piece. Either way no part holds more than
/// its own ratings and a block of the file, and every line belongs to exactly one part.
public struct RatingFile: Sendable {
  /// The file's path.
  public let path: String
  /// Whether the file is a gzip stream.
  public let isCompressed: Bool
  /// The kind of the row identifiers in the first lines: what to read them as at first.
  public let suggestedRowKind: IdentifierKind
  /// The kind of the column identifiers in the first lines.
  public let suggestedColumnKind: IdentifierKind

  /// The bytes that are read at a time.
  package var blockBytes = 1 << 20
  /// The inflated bytes that a part takes at a time.
  package var pieceBytes = 1 << 16

  private let file: InputFile
  private let layout: RatingLayout
  /// Where `stratum import` wrote the file; then there are no lines, and the layout says nothing.
  private let imported: ImportedRatings?

  /// Opens a file and finds its layout from the first lines.
  ///
  /// - Throws: `InputError` if the file is missing, no regular file, unreadable, empty, without a
  ///   line of data, compressed in another way than by gzip, or without a column that `format` names.
  public init(path: String, format: RatingFormat = RatingFormat()) throws(InputError) {
    self.path = path
    file = try InputFile(path: path)
    imported = try ImportedRatings(file)
    if let header = imported?.header {
      isCompressed = false
      layout = RatingLayout(
        separator: .whitespace, rowField: 1, columnField: 2, valueField: 3, dataStart: 0)
      (suggestedRowKind, suggestedColumnKind) = (header.rowKind, header.columnKind)
      return
    }
    isCompressed = try file.isGzip()
    let source: any ByteSource = isCompressed ? GzipBytes(file) : PlainBytes(file)
    var reader = LineReader(source, path: path, blockBytes: blockBytes)
    if try reader.peek(3) == [0xEF, 0xBB, 0xBF] {
      try reader.discard(upTo: 3)  // UTF-8's byte-order mark
    }
    let banner = "%%matrixmarket"
    let start = try reader.peek(banner.utf8.count)
    if String(decoding: start, as: UTF8.self).lowercased() == banner {
      let matrix = try MatrixMarketHeader(from: &reader, path: path)
      layout = RatingLayout(
        separator: .whitespace, rowField: 1, columnField: 2,
        valueField: matrix.isPattern ? nil : 3, dataStart: reader.offset, matrix: matrix)
      (suggestedRowKind, suggestedColumnKind) = (.integers, .integers)
    } else {
      let finder = try LayoutFinder(format, from: &reader, path: path)
      (layout, suggestedRowKind, suggestedColumnKind) = try finder.find()
    }
  }

  /// The numbers of rows and columns that a Matrix Market file declares; nil for delimited text.
  ///
  /// Its identifiers are `1...rows` and `1...columns`, whether they occur or not.
  public var declaredShape: (rows: Int, columns: Int)? {
    layout.matrix.map { ($0.rows, $0.columns) }
  }

  /// Whether every part has all identifiers in ascending order, so that ordinals are dense indices.
  package var isImported: Bool { imported != nil }

  /// The numbers of ratings of all rows and of all columns, where the file tells them.
  ///
  /// - Throws: `InputError` if they are damaged or cannot be read.
  package func degrees() throws(InputError) -> (rows: [Int32], columns: [Int32])? {
    try imported?.degrees()
  }

  /// Checks the number of entries of all parts against the one that a Matrix Market file declares.
  ///
  /// - Throws: `InputError` if they differ.
  public func checkEntryCount(_ count: Int) throws(InputError) {
    guard let matrix = layout.matrix, matrix.entries != count else { return }
    throw InputError(
      "the size line promises \(matrix.entries) entries and there are \(count): the file is cut off,"
        + " or its size line is wrong", file: path)
  }

  /// Reads the lines of part `part` of `parts`, counted from 0.
  ///
  /// A bad line does not end the reading, because the kinds of identifiers further on decide whether
  /// it is one; the share then has an error with the line's number in the whole file, and no ratings.
  public func readShare(
    part: Int, of parts: Int, rowKind: IdentifierKind, columnKind: IdentifierKind
  ) -> RatingShare {
    precondition(parts > 0 && (0..<parts).contains(part), "there is no such part")
    if let imported { return imported.readShare(part: part, of: parts) }
    return switch (rowKind, columnKind) {
    case (.integers, .integers):
      readShare(part, parts, ShareParser<IntegerTable, IntegerTable>.self)
    case (.integers, .strings):
      readShare(part, parts, ShareParser<IntegerTable, StringTable>.self)
    case (.strings, .integers):
      readShare(part, parts, ShareParser<StringTable, IntegerTable>.self)
    case (.strings, .strings):
      readShare(part, parts, ShareParser<StringTable, StringTable>.self)
    }
  }

  /// Reads all ratings as one part, identifiers as integers where all of them are.
  ///
  /// - Parameters:
  ///   - rowKind: what to read row identifiers as at first; nil for what the first lines suggest.
  ///   - columnKind: the same for column identifiers.
  /// - Returns: the ratings, without an error.
  /// - Throws: `InputError` for the first bad line, or if the file cannot be read.
  public func readAll(
    rowKind: IdentifierKind? = nil, columnKind: IdentifierKind? = nil
  ) throws(InputError) -> RatingShare {
    var (rowKind, columnKind) = (rowKind ?? suggestedRowKind, columnKind ?? suggestedColumnKind)
    while true {
      let share = readShare(part: 0, of: 1, rowKind: rowKind, columnKind: columnKind)
      if share.needsRowStrings { rowKind = .strings }
      if share.needsColumnStrings { columnKind = .strings }
      if share.needsRowStrings || share.needsColumnStrings { continue }
      if let error = share.error { throw error }
      try checkEntryCount(share.entryCount)
      return share
    }
  }

  // MARK: - Parts

  private func readShare<Rows: IdentifierTable & ~Copyable, Columns: IdentifierTable & ~Copyable>(
    _ part: Int, _ parts: Int, _ type: ShareParser<Rows, Columns>.Type
  ) -> RatingShare {
    var parser = ShareParser<Rows, Columns>(layout)
    var failure: InputError?
    do throws(InputError) { try readLines(part, parts, &parser) } catch { failure = error }
    // A bad line comes before the place where the file cannot be read.
    let problem = parser.problem.map { error($0.kind, at: $0.offset) }
    return parser.share(error: problem ?? failure)
  }

  private func readLines<Rows: IdentifierTable & ~Copyable, Columns: IdentifierTable & ~Copyable>(
    _ part: Int, _ parts: Int, _ parser: inout ShareParser<Rows, Columns>
  ) throws(InputError) {
    var reader = try makeReader()
    var piece = firstPiece(part, parts)
    while true {
      if piece.lowerBound > layout.dataStart {
        // The line that contains the byte before the piece starts before the piece.
        if reader.offset < piece.lowerBound {
          try reader.discard(upTo: piece.lowerBound - 1)
          _ = try reader.nextLine()
        }
      } else {
        try reader.discard(upTo: layout.dataStart)
      }
      while reader.offset < piece.upperBound {
        let offset = reader.offset
        guard let line = try reader.nextLine() else { return }
        parser.add(line, at: offset)
      }
      guard isCompressed, parts > 1 else { return }
      piece = piece.lowerBound + parts * pieceBytes..<piece.upperBound + parts * pieceBytes
    }
  }

  private func firstPiece(_ part: Int, _ parts: Int) -> Range<Int> {
    if !isCompressed {
      return scaled(file.size, part, parts)..<scaled(file.size, part + 1, parts)
    }
    return parts == 1 ? 0..<Int.max : part * pieceBytes..<(part + 1) * pieceBytes
  }

  /// `size · numerator / denominator` without overflow.
  private func scaled(_ size: Int, _ numerator: Int, _ denominator: Int) -> Int {
    size / denominator * numerator + size % denominator * numerator / denominator
  }

  private func makeReader() throws(InputError) -> LineReader {
    let source: any ByteSource = isCompressed ? GzipBytes(file) : PlainBytes(file)
    return LineReader(source, path: path, blockBytes: blockBytes)
  }

  /// The error for the line that starts at `offset`; counts the lines before it only now.
  private func error(_ problem: LineProblem, at offset: Int) -> InputError {
    let message = problem.message(in: layout)
    guard var reader = try? makeReader(),
      let count = try? reader.countLineBreaks(before: offset)
    else { return InputError(message, file: path) }
    return InputError(message, file: path, line: count + 1)
  }
}
