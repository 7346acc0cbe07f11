/// The ratings of some neighbouring rows, row by row, by *positions* in the grid: for methods that solve
/// for a whole row at a time.
///
/// 8 bytes a rating beside those of `RatingBlocks`.
public struct CompressedRows: Sendable {
  /// Where each row begins in `columns` and `values`, and their count at the end.
  public let starts: [Int]
  /// The position of each rating's column, in ascending order within a row.
  public let columns: [UInt32]
  /// The value of each rating.
  public let values: [Float]

  /// The number of rows.
  public var count: Int { starts.count - 1 }

  /// The ratings of a row, counted from the first that is here, as places in `columns` and `values`.
  public func range(ofRow row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  /// Brings the ratings of some row blocks into the order of rows.
  public init(_ blocks: RatingBlocks) {
    let grid = blocks.grid
    let firstRow = grid.rows.starts[blocks.rowBlocks.lowerBound]
    let rowCount = grid.rows.starts[blocks.rowBlocks.upperBound] - firstRow
    self.init(rowCount: rowCount) { visit in
      blocks.forEachPlaced { row, column, value in visit(row - firstRow, column, value) }
    }
  }

  /// Sorts ratings into rows.
  ///
  /// - Parameters:
  ///   - rowCount: the number of rows.
  ///   - forEach: calls its argument with the row, the column's position and the value of each rating; it is
  ///     called twice, and must give the same ratings in the same order.
  public init(
    rowCount: Int, forEach: ((_ row: Int, _ column: Int, _ value: Float) -> Void) -> Void
  ) {
    var starts = [Int](repeating: 0, count: rowCount + 1)
    forEach { row, _, _ in starts[row + 1] += 1 }
    for row in 0..<rowCount { starts[row + 1] += starts[row] }
    var next = starts
    var columns = [UInt32](repeating: 0, count: starts[rowCount])
    var values = [Float](repeating: 0, count: starts[rowCount])
    forEach { row, column, value in
      columns[next[row]] = UInt32(column)
      values[next[row]] = value
      next[row] += 1
    }
    for row in 0..<rowCount {
      // Ratings come in the order of tiles; a tile's are in order already.
      Self.sort(&columns, &values, starts[row]..<starts[row + 1])
    }
    self.starts = starts
    self.columns = columns
    self.values = values
  }

  /// Sorts one row by column and then by value.
  private static func sort(
    _ columns: inout [UInt32], _ values: inout [Float], _ range: Range<Int>
  ) {
    let isSorted = range.dropFirst().allSatisfy {
      (columns[$0 - 1], values[$0 - 1]) <= (columns[$0], values[$0])
    }
    if isSorted { return }
    let sorted = range.map { (columns[$0], values[$0]) }.sorted { $0 < $1 }
    for (place, rating) in zip(range, sorted) { (columns[place], values[place]) = rating }
  }
}
