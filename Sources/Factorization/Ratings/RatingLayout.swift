/// How one file is laid out, with nothing left open.
struct RatingLayout: Sendable, Equatable {
  var separator: RatingFormat.Separator
  /// The columns of text, from 1.
  var rowField: Int
  var columnField: Int
  /// Nil where every value is 1.
  var valueField: Int?
  /// Where in the (inflated) file the first line of data starts.
  var dataStart = 0
  /// What a Matrix Market file declares; nil for delimited text.
  var matrix: MatrixMarketHeader?

  /// The number of columns of text that every line must have.
  var neededFields: Int { max(rowField, columnField, valueField ?? 0) }

  func field(of role: LineProblem.Role) -> Int { role == .row ? rowField : columnField }

  /// The largest index of a Matrix Market file.
  func bound(of role: LineProblem.Role) -> Int {
    (role == .row ? matrix?.rows : matrix?.columns) ?? 0
  }
}
