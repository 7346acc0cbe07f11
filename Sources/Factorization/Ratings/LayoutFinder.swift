/// Finds the layout of delimited text from its first lines.
struct LayoutFinder {
  /// As many lines of data are looked at.
  private static let sampleLines = 32

  private struct Line {
    var offset: Int
    var bytes: [UInt8]

    /// What comments begin with.
    static let marks = [UInt8(ascii: "#"), UInt8(ascii: "%")]

    /// The first byte that is no blank.
    var firstByte: UInt8? { bytes.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } }

    var isComment: Bool { firstByte.map(Self.marks.contains) ?? false }
  }

  /// A separator with what it makes of the sample.
  private struct Candidate {
    var layout: RatingLayout
    /// Whether the first line is one; a header may be a comment before it, too.
    var hasHeader: Bool
    /// The lines that hold all columns, and a number where the value should be.
    var goodLines: Int
    var fieldsOfLastLine: Int
  }

  private let path: String
  private let format: RatingFormat
  private var lines: [Line] = []
  /// The last comment before the lines without its mark, which may be the header; empty where there is
  /// none.
  private var comment = Line(offset: 0, bytes: [])

  /// Reads the sample: the first lines that are neither blank nor leading comments.
  init(_ format: RatingFormat, from reader: inout LineReader, path: String) throws(InputError) {
    self.path = path
    self.format = format
    var offset = reader.offset
    while lines.count <= Self.sampleLines, let line = try reader.nextLine() {
      let bytes = [UInt8](line)
      var line = Line(offset: offset, bytes: bytes)
      if lines.isEmpty, line.isComment {
        line.bytes = Array(bytes.drop { !Line.marks.contains($0) }.drop { Line.marks.contains($0) })
        comment = line
      } else if line.firstByte != nil {
        lines.append(line)
      }
      offset = reader.offset
    }
    if lines.isEmpty { throw InputError("the file holds no ratings: name another", file: path) }
  }

  /// The layout, with the kinds of identifiers that the sample suggests.
  func find() throws(InputError) -> (
    layout: RatingLayout, rowKind: IdentifierKind, columnKind: IdentifierKind
  ) {
    try checkFields()
    let separators = format.separator.map { [$0] } ?? RatingFormat.Separator.allCases
    let candidates = separators.compactMap(candidate)
    // The separators are ordered from the most to the least specific: a line that is cut by tabs may
    // hold spaces, so the first that fits most lines is right, though a later one may fit more.
    let chosen =
      candidates.first { $0.goodLines > lines.count / 2 }
      ?? candidates.max { left, right in
        (left.goodLines, left.fieldsOfLastLine) < (right.goodLines, right.fieldsOfLastLine)
      }
    guard let chosen else { throw missingName(separators) }
    try checkDistinct(chosen.layout)
    var data = lines[...]
    if chosen.hasHeader {
      data = data.dropFirst().drop { line in
        line.isComment && !isGood(fields(of: line, chosen.layout.separator) ?? [], chosen.layout)
      }
    }
    guard let first = data.first else {
      throw InputError("the file holds a header and no ratings: name another", file: path)
    }
    var layout = chosen.layout
    layout.dataStart = first.offset
    let rows = data.compactMap { fields(of: $0, layout.separator) }
    return (layout, kind(rows, layout.rowField), kind(rows, layout.columnField))
  }

  private func checkFields() throws(InputError) {
    for field in chosenFields {
      if case .number(let number) = field, number < 1 {
        throw InputError("columns are numbered from 1, so there is no column \(number)")
      }
      if case .name(let name) = field, format.header == .absent {
        throw InputError("“\(name)” names a column, but there is no header: give its number")
      }
    }
  }

  /// Two names, or a name and a number, may be of one column.
  private func checkDistinct(_ layout: RatingLayout) throws(InputError) {
    let numbers = [layout.rowField, layout.columnField] + (layout.valueField.map { [$0] } ?? [])
    for (index, number) in numbers.enumerated() where numbers[..<index].contains(number) {
      throw InputError(
        "column \(number) is chosen twice: rows, columns and values each need one", file: path)
    }
  }

  private var chosenFields: [RatingFormat.Field] {
    [format.rowField, format.columnField] + (format.valueField.map { [$0] } ?? [])
  }

  private func candidate(_ separator: RatingFormat.Separator) -> Candidate? {
    let table = lines.map { fields(of: $0, separator) ?? [] }
    let comment = fields(of: comment, separator) ?? []
    let layout: RatingLayout
    let hasHeader: Bool
    if let found = self.layout(separator, header: table[0]) {
      layout = found
      hasHeader = isHeader(table, after: comment, layout)
    } else if let found = self.layout(separator, header: comment) {
      layout = found
      hasHeader = false
    } else {
      return nil
    }
    return Candidate(
      layout: layout, hasHeader: hasHeader,
      goodLines: table.dropFirst(hasHeader ? 1 : 0).count { isGood($0, layout) },
      fieldsOfLastLine: table[table.count - 1].count)
  }

  /// The layout, nil if a column that is chosen by name is not in the header.
  private func layout(
    _ separator: RatingFormat.Separator, header: [[UInt8]]
  ) -> RatingLayout? {
    guard let rowField = number(of: format.rowField, in: header),
      let columnField = number(of: format.columnField, in: header)
    else { return nil }
    var layout = RatingLayout(separator: separator, rowField: rowField, columnField: columnField)
    if let field = format.valueField {
      guard let number = number(of: field, in: header) else { return nil }
      layout.valueField = number
    }
    return layout
  }

  /// Whether the fields hold all columns, and a number where the value should be.
  private func isGood(_ fields: [[UInt8]], _ layout: RatingLayout) -> Bool {
    fields.count >= layout.neededFields
      && layout.valueField.map { float(fields[$0 - 1]) != .notANumber } ?? true
  }

  private func number(of field: RatingFormat.Field, in header: [[UInt8]]) -> Int? {
    switch field {
    case .number(let number): return number
    case .name(let name):
      let names = header.map { String(decoding: $0, as: UTF8.self) }
      let match =
        names.firstIndex(of: name) ?? names.firstIndex { $0.prefix { $0 != ":" } == name[...] }
      return match.map { $0 + 1 }
    }
  }

  private func isHeader(
    _ table: [[[UInt8]]], after comment: [[UInt8]], _ layout: RatingLayout
  ) -> Bool {
    if chosenFields.contains(where: { if case .name = $0 { true } else { false } }) { return true }
    let first = table[0]
    let areWords =
      first.count >= layout.neededFields
      && integer(first[layout.rowField - 1]) == .notAnInteger
      && integer(first[layout.columnField - 1]) == .notAnInteger
    switch format.header {
    case .absent: return false
    case .present:
      // The header is a comment where that fits and the first line is data.
      let isData = isGood(first, layout) && (layout.valueField != nil || !areWords)
      return !(isData && comment.count >= layout.neededFields)
    case .automatic: break
    }
    // With an integer in front of it, a word as value is a mistake and no header.
    guard areWords else { return false }
    if layout.valueField != nil { return !isGood(first, layout) }
    return isAboveNumbers(
      first, table.dropFirst().filter { $0.count >= layout.neededFields }, layout)
  }

  /// Whether some column has numbers below a word, be it one that is not read.
  private func isAboveNumbers(
    _ first: [[UInt8]], _ others: [[[UInt8]]], _ layout: RatingLayout
  ) -> Bool {
    guard !others.isEmpty else { return false }
    return first.indices.contains { column in
      if [layout.rowField, layout.columnField].contains(column + 1) {
        return kind(others, column + 1) == .integers
      }
      // An empty field is a value that is missing.
      return !first[column].isEmpty && float(first[column]) == .notANumber
        && others.allSatisfy { $0.count > column && float($0[column]) != .notANumber }
    }
  }

  private func kind(_ rows: [[[UInt8]]], _ field: Int) -> IdentifierKind {
    let isWord = rows.contains { fields in
      fields.count >= field && integer(fields[field - 1]) == .notAnInteger
    }
    return isWord ? .strings : .integers
  }

  private func missingName(_ separators: [RatingFormat.Separator]) -> InputError {
    let headers = separators.flatMap { separator in
      [lines[0], comment].compactMap { fields(of: $0, separator) }
    }
    func words(_ header: [[UInt8]]) -> Int { header.count { float($0) == .notANumber } }
    let names = headers.max { words($0) < words($1) } ?? []
    let wanted = [format.rowField, format.columnField, format.valueField].compactMap { field in
      if case .name(let name) = field, number(of: .name(name), in: names) == nil {
        name
      } else {
        nil
      }
    }
    return InputError(
      "no column is called “\(wanted.first ?? "")”; the header has "
        + names.map { "“\(String(decoding: $0, as: UTF8.self))”" }.joined(separator: ", ")
        + ": choose one of these or give a column's number", file: path)
  }

  /// The fields of a line; nil if its quotes do not fit the separator.
  private func fields(of line: Line, _ separator: RatingFormat.Separator) -> [[UInt8]]? {
    let scanner = FieldScanner(separator)
    var bytes = line.bytes
    return bytes.withUnsafeMutableBufferPointer { token in
      var position = 0
      var fields: [[UInt8]] = []
      do {
        while let field = try scanner.next(in: token, at: &position) { fields.append(Array(field)) }
      } catch {
        return nil
      }
      return fields
    }
  }

  private func integer(_ bytes: [UInt8]) -> ParsedInteger {
    var bytes = bytes
    return bytes.withUnsafeMutableBufferPointer { parseInteger($0) }
  }

  private func float(_ bytes: [UInt8]) -> ParsedFloat {
    var bytes = bytes
    return bytes.withUnsafeMutableBufferPointer { parseFloat($0) }
  }
}
