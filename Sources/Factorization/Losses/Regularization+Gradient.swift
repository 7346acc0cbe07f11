extension Regularization {
  /// Adds the gradient of the penalty of one vector and its bias.
  ///
  /// - Parameters:
  ///   - view: some vectors.
  ///   - index: which of them.
  ///   - degree: the number of ratings of its row or column.
  ///   - isRow: whether it belongs to W rather than to H.
  ///   - gradient: the gradient, in the layout of `view`.
  public func addGradient(
    of view: FactorView, at index: Int, degree: Int32, isRow: Bool, to gradient: FactorView
  ) {
    let weight = 2 * (isWeighted ? Float(degree) : 1)
    let slope = weight * (isRow ? rows : columns)
    let (vector, target) = (view.vector(index), gradient.vector(index))
    for factor in vector.indices { target[factor] += slope * vector[factor] }
    if let bias = view.biases?[index] {
      gradient.biases?[index] += weight * (isRow ? rowBiases : columnBiases) * bias
    }
  }
}
