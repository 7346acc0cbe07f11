/// Finds the layout of delimited text from its first lines.
struct LayoutFinder {
  /// As many lines of data are looked at.
  private static let sampleLines = 32

  private struct Line {
    var offset: Int
    var end: Int
    var bytes: [UInt8]
  }

  /// A separator with what it makes of the sample.
  private struct Candidate {
    var layout: RatingLayout
    var hasHeader: Bool
    /// The lines that hold all columns, and a number where the value should be.
    var goodLines: Int
    var fieldsOfLastLine: Int
  }

  private let path: String
  private let format: RatingFormat
  private var lines: [Line] = []

  /// Reads the sample: the first lines that are neither blank nor leading comments.
  init(_ format: RatingFormat, from reader: inout LineReader, path: String) throws(InputError) {
    self.path = path
    self.format = format
    var offset = reader.offset
    while lines.count <= Self.sampleLines, let line = try reader.nextLine() {
      let bytes = [UInt8](line)
      let first = bytes.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      let isComment = first == UInt8(ascii: "#") || first == UInt8(ascii: "%")
      if first != nil, !(isComment && lines.isEmpty) {
        lines.append(Line(offset: offset, end: reader.offset, bytes: bytes))
      }
      offset = reader.offset
    }
    if lines.isEmpty { throw InputError("the file holds no ratings: name another", file: path) }
  }

  /// The layout, with the kinds of identifiers that the sample suggests and its mean line length.
  func find() throws(InputError) -> (
    layout: RatingLayout, rowKind: IdentifierKind, columnKind: IdentifierKind, lineBytes: Int
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
    let data = chosen.hasHeader ? lines.dropFirst() : lines[...]
    guard let first = data.first, let last = data.last else {
      throw InputError("the file holds a header and no ratings: name another", file: path)
    }
    var layout = chosen.layout
    layout.dataStart = first.offset
    let rows = data.compactMap { fields(of: $0, layout.separator) }
    return (
      layout, kind(rows, layout.rowField), kind(rows, layout.columnField),
      (last.end - first.offset) / data.count
    )
  }

  private func checkFields() throws(InputError) {
    let chosen = [format.rowField, format.columnField] + (format.valueField.map { [$0] } ?? [])
    for (index, field) in chosen.enumerated() {
      if case .number(let number) = field, number < 1 {
        throw InputError("columns are numbered from 1, so there is no column \(number)")
      }
      if case .name(let name) = field, format.header == .absent {
        throw InputError("“\(name)” names a column, but there is no header: give its number")
      }
      if chosen[..<index].contains(field) {
        throw InputError("column \(field) is chosen twice: rows, columns and values each need one")
      }
    }
  }

  private func candidate(_ separator: RatingFormat.Separator) -> Candidate? {
    let table = lines.map { fields(of: $0, separator) ?? [] }
    guard let rowField = number(of: format.rowField, in: table[0]),
      let columnField = number(of: format.columnField, in: table[0])
    else { return nil }
    var layout = RatingLayout(separator: separator, rowField: rowField, columnField: columnField)
    if let field = format.valueField {
      guard let number = number(of: field, in: table[0]) else { return nil }
      layout.valueField = number
    }
    let hasHeader = isHeader(table, layout)
    let good = table.dropFirst(hasHeader ? 1 : 0).count { fields in
      fields.count >= layout.neededFields
        && layout.valueField.map { float(fields[$0 - 1]) != .notANumber } ?? true
    }
    return Candidate(
      layout: layout, hasHeader: hasHeader, goodLines: good,
      fieldsOfLastLine: table[table.count - 1].count)
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

  private func isHeader(_ table: [[[UInt8]]], _ layout: RatingLayout) -> Bool {
    switch format.header {
    case .present: return true
    case .absent: return false
    case .automatic: break
    }
    let chosen = [format.rowField, format.columnField] + (format.valueField.map { [$0] } ?? [])
    if chosen.contains(where: { if case .name = $0 { true } else { false } }) { return true }
    let first = table[0]
    guard first.count >= layout.neededFields else { return false }
    let isRowInteger = integer(first[layout.rowField - 1]) != .notAnInteger
    let isColumnInteger = integer(first[layout.columnField - 1]) != .notAnInteger
    if let valueField = layout.valueField {
      // With two integers in front of it, a word is a mistake and no header.
      return float(first[valueField - 1]) == .notANumber && !(isRowInteger && isColumnInteger)
    }
    let others = table.dropFirst().filter { $0.count >= layout.neededFields }
    return !isRowInteger && !isColumnInteger && !others.isEmpty
      && (kind(others, layout.rowField) == .integers
        || kind(others, layout.columnField) == .integers)
  }

  private func kind(_ rows: [[[UInt8]]], _ field: Int) -> IdentifierKind {
    let isWord = rows.contains { fields in
      fields.count >= field && integer(fields[field - 1]) == .notAnInteger
    }
    return isWord ? .strings : .integers
  }

  private func missingName(_ separators: [RatingFormat.Separator]) -> InputError {
    let headers = separators.compactMap { fields(of: lines[0], $0) }
    let names = headers.max { $0.count < $1.count } ?? []
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
