/// The generalized Kullback–Leibler divergence over all cells, for factors that are not negative:
/// Σ v log(v/p) − v + p, of which absent cells, v = 0, cost p.
///
/// The p of all cells are summed at once, see ``DensePart``, so that an observed one costs
/// v log(v/p) − v. As a statistical model the values are counts of mean p = w·h.
///
/// Where a prediction is far too small, below v/128, the cost goes on along its tangent: the ratio v/p
/// that steps follow is held at 128, or a prediction near 0 would be thrown anywhere.
///
/// Source: Lee, Seung, "Algorithms for Non-negative Matrix Factorization", NIPS 2000; GKL of Gemulla
/// et al. 2011.
public struct GeneralizedKLLoss: Loss {
  /// The name on the command line.
  public static var name: String { LossKind.gkl.rawValue }

  /// A mean of counts is not negative.
  public static var isNonNegative: Bool { true }

  /// The largest ratio of a value to its prediction that steps follow.
  static let largestRatio: Float = 128

  /// The divergence.
  public init() {}

  /// v log(v/p) − v.
  @inline(__always)
  public func cost(prediction: Float, value: Float) -> Float {
    let ratio = Self.ratio(prediction, value)
    // 0 where p is not bounded.
    let excess = value - ratio * prediction
    return value > 0 ? value * Elementary.log(ratio) - value + excess : 0 * prediction
  }

  /// v/p.
  @inline(__always)
  public func descent(prediction: Float, value: Float) -> Float {
    Self.ratio(prediction, value)
  }

  @inline(__always)
  private static func ratio(_ prediction: Float, _ value: Float) -> Float {
    let ratio = value / prediction
    // Also where both are 0.
    if value == 0 { return 0 * prediction }
    return ratio > largestRatio || ratio < 0 ? largestRatio : ratio
  }

  /// What is counted over all cells.
  public var densePart: DensePart? { .sum }

  /// What values it takes.
  public static func demand(
    minimum: Float, maximum: Float, meanSquare: Double
  ) -> String? {
    minimum < 0 ? "values that are zero or more" : nil
  }
}
