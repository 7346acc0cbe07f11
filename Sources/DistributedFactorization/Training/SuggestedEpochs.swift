import Factorization

extension TrainingData {
  /// The number of epochs that suits these ratings where nobody names one: 7 for values on a scale such
  /// as 1, 1.5, …, 5, and 12 for others.
  ///
  /// Ratings are noisy, and more epochs learn the noise; values that are not are worth a longer run
  /// (Docs/design-decisions.md). Does not communicate.
  public var suggestedEpochs: Int { statistics.isScale ? 7 : 12 }
}
