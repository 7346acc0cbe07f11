/// Minus the logarithm of the likelihood of counts, whose mean is e^p: e^p − v p + v log v − v over the
/// observed entries, so that nothing is lost where e^p = v.
///
/// ``GeneralizedKLLoss`` is the likelihood of counts too, with p itself for the mean, factors that are not
/// negative, and absent cells that are zeros. Here effects multiply, factors may have any sign, biases and
/// a mean make sense, and absent cells are unknown: e^(w·h) has no sum over all cells in closed form.
///
/// Source: Collins, Dasgupta, Schapire, "A Generalization of Principal Component Analysis to the Exponential
/// Family", NIPS 2001.
public struct PoissonLoss: Loss {
  /// The name on the command line.
  public static var name: String { LossKind.poisson.rawValue }

  /// What predictions stand for.
  public static var link: Link { .exponential }

  /// The likelihood of counts.
  public init() {}

  /// e^p − v p + v log v − v.
  @inline(__always)
  public func cost(prediction: Float, value: Float) -> Float {
    let least = value > 0 ? value * Elementary.log(value) - value : 0
    return Elementary.exp(prediction) - value * prediction + least
  }

  /// v − e^p.
  @inline(__always)
  public func descent(prediction: Float, value: Float) -> Float {
    value - Elementary.exp(prediction)
  }

  /// What values it takes.
  public static func demand(
    minimum: Float, maximum: Float, meanSquare: Double
  ) -> String? {
    minimum < 0 ? "values that are zero or more" : nil
  }
}
