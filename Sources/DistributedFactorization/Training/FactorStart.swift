import Factorization

/// Where the factors of a run start, from what the ratings' mean and spread suggest: random vectors, and
/// the unit of their steps.
struct FactorStart: Sendable {
  /// The constant in every prediction: the mean of the ratings, or 0.
  let mean: Float
  /// The standard deviation of the initial factors.
  let deviation: Float
  /// The means of the rows' and of the columns' initial factors.
  let center: (rows: Float, columns: Float)
  /// The scale of AdaGrad's steps, nil where all steps have the size ε.
  let adaGrad: AdaGradScale?

  init(_ statistics: RatingStatistics, _ options: TrainingOptions) {
    mean = options.hasGlobalMean ? Float(statistics.mean) : 0
    deviation = InitialFactors.deviation(
      factors: options.factors, variance: statistics.variance)
    // Without a mean w·h must start at the mean of the ratings by itself.
    let offset = options.hasGlobalMean ? 0 : Float(statistics.mean)
    let side = (abs(offset) / Float(options.factors)).squareRoot()
    center = (side, offset < 0 ? -side : side)
    adaGrad =
      options.usesAdaGrad
      ? AdaGradScale(
        deviation: Float(statistics.variance.squareRoot()), factors: options.factors) : nil
  }
}
