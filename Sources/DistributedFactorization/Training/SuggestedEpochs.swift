import Factorization

extension TrainingData {
  /// The number of epochs that suits these ratings where nobody names one: 7 for values on a scale such
  /// as 1, 1.5, …, 5, and 12 for others, and for losses that are not of such values.
  ///
  /// L-BFGS and multiplicative updates get 100 iterations, and so do steps for losses over all cells: each is for a few
  /// cells, and what they all add up to is far from the optimum after 12 epochs.
  ///
  /// Ratings are noisy, and more epochs learn the noise; values that are not are worth a longer run
  /// (Docs/design-decisions.md). Does not communicate.
  public func suggestedEpochs(for loss: any Loss, by solver: SolverKind) -> Int {
    let isSlow =
      switch solver {
      case .lbfgs, .multiplicative: true
      case .dsgd, .sgd, .psgd: loss.densePart != nil
      case .als, .ccd: false
      }
    return isSlow ? 100 : statistics.isScale(for: loss) ? 7 : 12
  }
}
