/// What a training sweep needs to know beside ratings and factors: the same for the whole epoch.
public struct UpdateRule: Sendable {
  /// The global mean, to which biases and w·h are added.
  public let mean: Float
  /// The step size ε.
  public let stepSize: Float
  /// 2ελ of the rows' factors: how much of a vector one rating's penalty takes away.
  let rowDecay: Float
  let columnDecay: Float
  let rowBiasDecay: Float
  let columnBiasDecay: Float

  /// Creates the rule of one epoch.
  public init(mean: Float, stepSize: Float, regularization: Regularization) {
    self.mean = mean
    self.stepSize = stepSize
    rowDecay = 2 * stepSize * regularization.rows
    columnDecay = 2 * stepSize * regularization.columns
    rowBiasDecay = 2 * stepSize * regularization.rowBiases
    columnBiasDecay = 2 * stepSize * regularization.columnBiases
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
  /// The sum of the squared errors.
  public var squaredError = 0.0

  /// Sums of nothing.
  public init() {}

  /// Adds one prediction.
  @inline(__always)
  mutating func add<L: Loss>(_ loss: L.Type, prediction: Float, value: Float) {
    cost += Double(L.cost(prediction: prediction, value: value))
    squaredError += Double(SquaredLoss.cost(prediction: prediction, value: value))
  }

  /// Adds one prediction, whose error is taken after clipping to a range.
  @inline(__always)
  mutating func add<L: Loss>(
    _ loss: L.Type, prediction: Float, value: Float, range: ClosedRange<Float>
  ) {
    let clipped = max(range.lowerBound, min(range.upperBound, prediction))
    cost += Double(L.cost(prediction: prediction, value: value))
    squaredError += Double(SquaredLoss.cost(prediction: clipped, value: value))
  }

  /// Adds the sums of another sweep.
  public static func += (sums: inout ErrorSums, more: ErrorSums) {
    sums.cost += more.cost
    sums.squaredError += more.squaredError
  }
}
