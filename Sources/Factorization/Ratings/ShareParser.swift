/// Turns lines into ratings; generic over the two identifier tables, so that the compiler makes one
/// loop without dynamic calls for each combination of integers and strings.
struct ShareParser<Rows: IdentifierTable & ~Copyable, Columns: IdentifierTable & ~Copyable>:
  ~Copyable
{
  private let layout: RatingLayout
  private let scanner: FieldScanner
  /// The separator, if the first three columns are row, column and value, and nothing else is to
  /// be checked.
  private let plainDelimiter: PlainDelimiter?
  private var rows = Rows()
  private var columns = Columns()
  private var ratings = RatingList()
  private var entryCount = 0
  private var needsRowStrings = false
  private var needsColumnStrings = false
  /// What is wrong with the first bad line, and where that starts.
  private(set) var problem: (kind: LineProblem, offset: Int)?
  /// Whether ratings are still worth keeping.
  private var isKeeping = true

  init(_ layout: RatingLayout) {
    self.layout = layout
    scanner = FieldScanner(layout.separator)
    let fields = (layout.rowField, layout.columnField, layout.valueField ?? 0)
    plainDelimiter = fields == (1, 2, 3) && layout.matrix == nil ? scanner.plainDelimiter : nil
  }

  /// Reads one line, which starts at `offset` of the file.
  @inline(__always)
  mutating func add(_ line: Token, at offset: Int) {
    if let delimiter = plainDelimiter, addPlain(line, delimiter) { return }
    do throws(LineProblem) {
      try addAny(line)
    } catch {
      if problem == nil { problem = (error, offset) }
      stopKeeping()
    }
  }

  /// Reads the usual line, digits and digits and a number, without cutting it into tokens first;
  /// returns whether it was one.
  @inline(__always)
  private mutating func addPlain(_ line: Token, _ delimiter: PlainDelimiter) -> Bool {
    var position = 0
    guard let row = rows.ordinal(at: &position, of: line, upTo: delimiter),
      let column = columns.ordinal(at: &position, of: line, upTo: delimiter)
    else { return false }
    var end = position
    while end < line.count, line[end] != delimiter.byte { end += 1 }
    guard end == line.count || delimiter.stands(at: end, of: line) else { return false }
    // In bounds: `position` and `end` are at most `line.count`.
    let token = Token(start: line.baseAddress.map { $0 + position }, count: end - position)
    guard case .value(let value) = parseFloat(token) else { return false }
    entryCount += 1
    if isKeeping { ratings.append(Rating(row: row, column: column, value: value)) }
    return true
  }

  /// Reads any line, or says what is wrong with it.
  @inline(never)
  private mutating func addAny(_ line: Token) throws(LineProblem) {
    var position = 0
    var row = Token(start: nil, count: 0)
    var column = row
    var value = row
    for field in 1...layout.neededFields {
      guard let token = try scanner.next(in: line, at: &position) else {
        if isBlank(line) { return }
        throw .tooFewFields(found: field - 1)
      }
      if field == layout.rowField { row = token }
      if field == layout.columnField { column = token }
      if field == layout.valueField { value = token }
    }
    if row.isEmpty || column.isEmpty {
      if isBlank(line) { return }
      throw .emptyIdentifier(row.isEmpty ? .row : .column)
    }
    if let matrix = layout.matrix {
      try checkIndex(row, .row, matrix.rows)
      try checkIndex(column, .column, matrix.columns)
    }
    let number = layout.valueField == nil ? 1 : try float(value)
    entryCount += 1
    let rowOrdinal = try ordinal(ofRow: row)
    let columnOrdinal = try ordinal(ofColumn: column)
    if isKeeping {
      ratings.append(Rating(row: rowOrdinal, column: columnOrdinal, value: number))
      if layout.matrix?.symmetry ?? .general != .general {
        try addMirrored(row, column, number)
      }
    }
  }

  /// The ratings so far; the error is that of the problem, or one that ended the reading.
  consuming func share(error: InputError?) -> RatingShare {
    RatingShare(
      rowIdentifiers: rows.identifiers(), columnIdentifiers: columns.identifiers(),
      ratings: ratings, entryCount: entryCount,
      needsRowStrings: needsRowStrings, needsColumnStrings: needsColumnStrings, error: error)
  }

  @inline(__always)
  private func float(_ token: Token) throws(LineProblem) -> Float {
    switch parseFloat(token) {
    case .value(let value): return value
    case .tooLarge: throw .valueTooLarge(text: token.shown)
    case .infinite: throw .infiniteValue
    case .nan: throw .nanValue
    case .notANumber: throw .notANumber(text: token.shown)
    }
  }

  @inline(__always)
  private mutating func ordinal(
    ofRow token: Token
  ) throws(LineProblem) -> UInt32 {
    switch rows.ordinal(of: token) {
    case .ordinal(let ordinal): return ordinal
    case .notAnInteger: needsRowStrings = true
    case .unusable(let fault): throw .unusableIdentifier(.row, fault, text: token.shown)
    }
    stopKeeping()
    return 0
  }

  @inline(__always)
  private mutating func ordinal(
    ofColumn token: Token
  ) throws(LineProblem) -> UInt32 {
    switch columns.ordinal(of: token) {
    case .ordinal(let ordinal): return ordinal
    case .notAnInteger: needsColumnStrings = true
    case .unusable(let fault): throw .unusableIdentifier(.column, fault, text: token.shown)
    }
    stopKeeping()
    return 0
  }

  @inline(never)
  private mutating func stopKeeping() {
    guard isKeeping else { return }
    isKeeping = false
    ratings = RatingList()
  }

  private mutating func addMirrored(
    _ row: Token, _ column: Token, _ value: Float
  ) throws(LineProblem) {
    guard parseInteger(row) != parseInteger(column) else { return }
    let isSkew = layout.matrix?.symmetry == .skewSymmetric
    let mirrored = Rating(
      row: try ordinal(ofRow: column), column: try ordinal(ofColumn: row),
      value: isSkew ? -value : value)
    ratings.append(mirrored)
  }

  private func checkIndex(
    _ token: Token, _ role: LineProblem.Role, _ bound: Int
  ) throws(LineProblem) {
    guard case .value(let index) = parseInteger(token), index >= 1, index <= bound else {
      throw .outsideMatrix(role, text: token.shown)
    }
  }

  private func isBlank(_ line: Token) -> Bool {
    line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }
}
