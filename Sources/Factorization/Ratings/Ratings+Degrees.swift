extension [Rating] {
  /// The number of ratings of each row or column.
  ///
  /// - Parameters:
  ///   - count: the number of rows or columns.
  ///   - index: `\.row` or `\.column`.
  /// - Returns: as many numbers as `count`.
  @inlinable
  public func degrees(_ count: Int, of index: (Rating) -> UInt32) -> [Int32] {
    var degrees = [Int32](repeating: 0, count: count)
    for rating in self { degrees[Int(index(rating))] += 1 }
    return degrees
  }
}

extension RatingList {
  /// The numbers of ratings of all rows and of all columns, so many of each.
  public func degrees(rows: Int, columns: Int) -> (rows: [Int32], columns: [Int32]) {
    var degrees = (
      rows: [Int32](repeating: 0, count: rows), columns: [Int32](repeating: 0, count: columns)
    )
    forEach { rating in
      degrees.rows[Int(rating.row)] += 1
      degrees.columns[Int(rating.column)] += 1
    }
    return degrees
  }
}
