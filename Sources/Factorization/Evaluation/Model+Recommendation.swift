/// A column that a model recommends for a row.
public struct Recommendation: Sendable, Equatable {
  /// The column's dense index.
  public var column: Int
  /// The predicted value, clipped or not as was asked.
  public var prediction: Float

  /// Creates a recommendation.
  public init(column: Int, prediction: Float) {
    self.column = column
    self.prediction = prediction
  }
}

extension Model {
  /// The columns with the highest predictions for each of some rows, best first.
  ///
  /// Columns are ordered by their predictions before clipping, equal ones by dense index. H streams
  /// through the cache once for up to ``rowsAtOnce`` rows; give several at a time where there are
  /// several. The predictions are those of ``prediction(row:column:isClipped:)``, to the bit.
  ///
  /// - Parameters:
  ///   - count: The largest number of columns for a row.
  ///   - rows: The rows' dense indices, in any order.
  ///   - seen: Pairs that are left out.
  ///   - isClipped: Whether the predictions given are held within the observed range; the model's
  ///     own default where nil.
  /// - Returns: One list a row, in the order of `rows`; shorter than `count` where there are no more
  ///   columns.
  public func recommendations(
    _ count: Int, forRows rows: [Int], excluding seen: PairSet? = nil, isClipped: Bool? = nil
  ) -> [[Recommendation]] {
    precondition(rows.allSatisfy { (0..<description.rows).contains($0) }, "no such row")
    var lists: [[Recommendation]] = []
    for start in stride(from: 0, to: rows.count, by: Self.rowsAtOnce) {
      let group = Array(rows[start..<min(start + Self.rowsAtOnce, rows.count)])
      var tops = [TopScores](repeating: TopScores(limit: count), count: group.count)
      forEachPanelScores(ofRows: group) { position, firstColumn, validLanes, scores in
        for lane in 0..<validLanes where tops[position].wouldKeepNext(scores[lane]) {
          let column = firstColumn + lane
          if let seen, seen.contains(row: group[position], column: column) { continue }
          tops[position].insert(index: column, score: scores[lane])
        }
      }
      for top in tops {
        lists.append(
          top.sorted().map { entry in
            Recommendation(
              column: entry.index, prediction: shown(link.mean(entry.score), isClipped))
          })
      }
    }
    return lists
  }

  /// The number of rows that share one pass over H: their vectors stay in the cache beside a panel.
  public static let rowsAtOnce = 64
}
