import Factorization

/// The ratings, or pairs, of a file by the dense indices that a model gives to their identifiers.
struct ModelRatings {
  /// One line of the file.
  struct Entry {
    /// The position of the row's identifier among the file's.
    var fileRow: Int
    /// The position of the column's identifier among the file's.
    var fileColumn: Int
    /// The row's dense index in the model, or nil where the model does not know it.
    var row: Int?
    /// The column's dense index in the model, or nil where the model does not know it.
    var column: Int?
    /// The value; 1 where only pairs were read.
    var value: Float
  }

  /// The file's row identifiers.
  let rowIdentifiers: LocalIdentifiers
  /// The file's column identifiers.
  let columnIdentifiers: LocalIdentifiers
  private let ratings: RatingList
  private let rows: [UInt32?]
  private let columns: [UInt32?]

  /// Reads a file.
  ///
  /// Identifiers are read as the model has them: where its identifiers are text, `007` is not `7`.
  init(path: String, format: RatingFormat, model: Model) throws(InputError) {
    let file = try RatingFile(path: path, format: format)
    let share = try file.readAll(
      rowKind: model.rowIdentifiers.kind, columnKind: model.columnIdentifiers.kind)
    rowIdentifiers = share.rowIdentifiers
    columnIdentifiers = share.columnIdentifiers
    ratings = share.ratings
    rows = model.rowIdentifiers.indices(of: share.rowIdentifiers)
    columns = model.columnIdentifiers.indices(of: share.columnIdentifiers)
  }

  /// The lines in the file's order.
  var entries: some Sequence<Entry> {
    ratings.lazy.map { rating in
      let (fileRow, fileColumn) = (Int(rating.row), Int(rating.column))
      return Entry(
        fileRow: fileRow, fileColumn: fileColumn, row: rows[fileRow].map(Int.init),
        column: columns[fileColumn].map(Int.init), value: rating.value)
    }
  }
}
