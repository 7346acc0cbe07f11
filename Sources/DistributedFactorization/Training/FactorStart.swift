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
    let link = options.loss.link
    let unit = Unit(statistics, options.loss)
    let unitMean = Float(unit.mean)
    let expected = link.prediction(
      ofMean: options.loss.densePart == nil ? link.observation(unitMean) : unitMean)
    mean = options.hasGlobalMean ? expected : 0
    // Without a mean w·h must start at what is expected by itself.
    let offset = options.hasGlobalMean ? 0 : expected
    let side = (abs(offset) / Float(options.factors)).squareRoot()
    center = (side, offset < 0 ? -side : side)
    deviation =
      options.regularization.adapted(to: options.loss).constraint == .none
      ? InitialFactors.deviation(factors: options.factors, variance: unit.variance)
      // Between one and three halves of the mean, so that all are positive.
      : side > 0 ? side / Float(12).squareRoot() : 0.1
    adaGrad =
      options.usesAdaGrad
      ? AdaGradScale(
        deviation: Float(unit.variance.squareRoot()), factors: options.factors) : nil
  }

  /// The mean and the variance of what predictions are to be like.
  private struct Unit {
    let mean: Double
    let variance: Double

    init(_ statistics: RatingStatistics, _ loss: any Loss) {
      if loss.densePart != nil {
        // Absent cells are zeros.
        let share = Double(statistics.count) / max(1, statistics.cells)
        let isPreference = loss.link == .preference
        mean = share * (isPreference ? 1 : statistics.mean)
        let square =
          share
          * (isPreference ? 1 : statistics.variance + statistics.mean * statistics.mean)
        variance = max(0, square - mean * mean)
      } else {
        mean = statistics.mean
        // Logarithms, of odds or of means, have no unit.
        variance = loss.link == .identity ? statistics.variance : 1
      }
    }
  }
}
