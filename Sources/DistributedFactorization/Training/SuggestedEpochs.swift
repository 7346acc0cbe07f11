import Factorization

extension TrainingData {
  /// The number of epochs that suits these ratings where nobody names one: 7 for values on a scale such
  /// as 1, 1.5, …, 5, and 12 for others, and for losses that are not of such values.
  ///
  /// Ratings are noisy, and more epochs learn the noise; values that are not are worth a longer run
  /// (Docs/design-decisions.md). Does not communicate.
  public func suggestedEpochs(for loss: any Loss) -> Int { statistics.isScale(for: loss) ? 7 : 12 }
}
