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
