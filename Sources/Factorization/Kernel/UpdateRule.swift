/// Four numbers that belong to the factors of a row, its bias, the factors of a column and its bias.
typealias BySide = SIMD4<Float>

/// What a training sweep needs to know beside ratings and factors: the same for the whole epoch.
public struct UpdateRule: Sendable {
  /// The global mean, to which biases and w·h are added.
  public let mean: Float
  /// ε; with AdaGrad what is divided by the root of the gathered squares.
  let rates: BySide
  /// 2λ: how much of a number one rating's penalty takes away, times the step.
  let penalties: BySide
  /// λ₁: how much one rating's L1 penalty takes off a factor's absolute value, times the step.
  let thresholds: BySide
  /// With AdaGrad, what the gathered squares start from.
  let firstSquares: BySide
  /// With AdaGrad, 1/k: a vector's squared gradient is the mean over its factors.
  let factorShare: Float

  /// Creates the rule of one epoch.
  ///
  /// - Parameters:
  ///   - mean: the global mean.
  ///   - stepSize: ε.
  ///   - regularization: the penalties.
  ///   - adaGrad: the scale of AdaGrad's steps; nil where all steps have the size ε.
  public init(
    mean: Float, stepSize: Float, regularization: Regularization, adaGrad: AdaGradScale? = nil
  ) {
    self.mean = mean
    penalties =
      2
      * BySide(
        regularization.rows, regularization.rowBiases, regularization.columns,
        regularization.columnBiases)
    thresholds = BySide(regularization.absolute, 0, regularization.absolute, 0)
    rates = stepSize * (adaGrad?.units ?? BySide(repeating: 1))
    firstSquares = adaGrad?.firstSquares ?? BySide(repeating: 1)
    factorShare = adaGrad.map { 1 / Float($0.factors) } ?? 1
  }
}

/// What makes the steps of AdaGrad independent of the unit in which the ratings are measured.
///
/// A bias is measured in the unit of the ratings, and a factor in its root. With σ the standard deviation
/// of the ratings, ε is the length of a step in units of σ and √σ, and the squared gradients are gathered
/// from 4σ² and 4σ³ up: those of a bias, and of a factor, where the error is σ.
public struct AdaGradScale: Sendable {
  let units: BySide
  let firstSquares: BySide
  let factors: Int

  /// The scale for vectors of so many factors and ratings of a standard deviation.
  public init(deviation: Float, factors: Int) {
    // Where all ratings are equal there is nothing to measure, and any unit will do.
    let deviation = deviation > 0 ? deviation : 1
    let unit = SIMD2(deviation.squareRoot(), deviation)
    let firstSquare = 4 * deviation * deviation * SIMD2(deviation, 1)
    units = BySide(lowHalf: unit, highHalf: unit)
    firstSquares = BySide(lowHalf: firstSquare, highHalf: firstSquare)
    self.factors = factors
  }
}

/// What predicting needs beside the factors.
public struct PredictionRule: Sendable {
  /// The global mean, to which biases and w·h are added.
  public let mean: Float
  /// The range to which predictions are clipped before their errors are taken.
  public let range: ClosedRange<Float>

  /// Creates a rule; without a range nothing is clipped.
  public init(
    mean: Float,
    range: ClosedRange<Float> = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
  ) {
    self.mean = mean
    self.range = range
  }
}

/// Sums over the predictions of a sweep, added in the order of the entries.
public struct ErrorSums: Sendable, Equatable {
  /// The sum of the loss's costs.
  public var cost = 0.0
  /// The sum of the squared errors of what is expected, see ``Link``.
  public var squaredError = 0.0

  /// Sums of nothing.
  public init() {}

  /// Adds one prediction.
  @inline(__always)
  mutating func add<L: Loss>(_ loss: L, prediction: Float, value: Float) {
    cost += Double(loss.cost(prediction: prediction, value: value))
    let error = L.link.observation(value) - L.link.mean(prediction)
    squaredError += Double(error * error)
  }

  /// Adds one prediction, whose error is taken after clipping to a range.
  @inline(__always)
  mutating func add<L: Loss>(
    _ loss: L, prediction: Float, value: Float, range: ClosedRange<Float>
  ) {
    let clipped = max(range.lowerBound, min(range.upperBound, L.link.mean(prediction)))
    cost += Double(loss.cost(prediction: prediction, value: value))
    let error = L.link.observation(value) - clipped
    squaredError += Double(error * error)
  }

  /// Adds the sums of another sweep.
  public static func += (sums: inout ErrorSums, more: ErrorSums) {
    sums.cost += more.cost
    sums.squaredError += more.squaredError
  }
}
