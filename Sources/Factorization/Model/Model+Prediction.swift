extension Model {
  /// What the model predicts for a row and a column: mean + b_i + b_j + w_i · h_j, or what is expected
  /// where that is the logarithm of something, see ``Link``.
  ///
  /// The product is summed in single precision in the order of the factors, so a prediction is the
  /// same however many are computed together. Of an unknown row or column the parts are missing:
  /// what is left is the mean and the known bias. A model without a global mean, whose biases hold
  /// part of the mean, falls back to the mean of its training ratings alone, or of all cells where absent
  /// ones were zeros.
  ///
  /// - Parameters:
  ///   - row: The row's dense index, or nil where the model does not know the row.
  ///   - column: The column's dense index, or nil where the model does not know the column.
  ///   - isClipped: Whether the prediction is held within the range of the training ratings; the
  ///     model's own default where nil.
  /// - Returns: The predicted value.
  public func prediction(row: Int?, column: Int?, isClipped: Bool? = nil) -> Float {
    if description.globalMean == nil, row == nil || column == nil {
      return shown(expectationOfCells, isClipped)
    }
    var sum = constant
    if let row, let rowBiases { sum += rowBiases[row] }
    if let column, let columnBiases { sum += columnBiases[column] }
    if let row, let column { sum += product(row: row, column: column) }
    return shown(link.mean(sum), isClipped)
  }

  /// The mean of what the model was trained to predict: over the ratings, or over all cells.
  private var expectationOfCells: Float {
    let ratings = description.ratings
    let observed = link.observation(Float(ratings.mean))
    guard countsAllCells else { return observed }
    let cells = Double(description.rows) * Double(description.columns)
    return Float(Double(observed) * Double(ratings.count) / cells)
  }

  /// An expected value, clipped where that is wanted or, without a wish, where the model does so.
  func shown(_ expected: Float, _ isClipped: Bool?) -> Float {
    isClipped ?? description.clip ? clipped(expected) : expected
  }

  /// The prediction held within the range of the training ratings, or of what is expected of these.
  public func clipped(_ prediction: Float) -> Float {
    min(max(prediction, clippingRange.lowerBound), clippingRange.upperBound)
  }

  /// What predictions are held within where they are clipped.
  public var clippingRange: ClosedRange<Float> {
    link.range(
      ofObserved: Float(description.ratings.minimum)...Float(description.ratings.maximum))
  }

  /// The part of a prediction that is the same for all pairs.
  var constant: Float { Float(description.globalMean ?? 0) }

  private func product(row: Int, column: Int) -> Float {
    let factors = factors
    let w = rowFactors.span.extracting(row * factors..<(row + 1) * factors)
    let h = columnFactors.span.extracting(column * factors..<(column + 1) * factors)
    var sum: Float = 0
    for factor in 0..<factors {
      sum += w[factor] * h[factor]
    }
    return sum
  }
}
