/// The logistic loss, for values −1 and 1: log(1 + e^(−vp)), minus the logarithm of the probability of v
/// where p is the logarithm of the odds.
///
/// Source: Srebro, Rennie, Jaakkola, "Maximum-Margin Matrix Factorization", NIPS 2004, which compares it
/// with the hinge; Collins, Dasgupta, Schapire, "A Generalization of Principal Component Analysis to the
/// Exponential Family", NIPS 2001.
public struct LogisticLoss: Loss {
  /// The name on the command line.
  public static var name: String { LossKind.logistic.rawValue }

  /// What predictions stand for.
  public static var link: Link { .logistic }

  /// The logistic loss.
  public init() {}

  /// log(1 + e^(−vp)).
  @inline(__always)
  public func cost(prediction: Float, value: Float) -> Float {
    let margin = value * prediction
    // With an exponential that cannot be infinite.
    let excess = margin < 0 ? -margin : 0
    return excess + Elementary.log(1 + Elementary.exp(-abs(margin)))
  }

  /// v / (1 + e^(vp)).
  @inline(__always)
  public func descent(prediction: Float, value: Float) -> Float {
    value / (1 + Elementary.exp(value * prediction))
  }

  /// What values it takes.
  public static func demand(
    minimum: Float, maximum: Float, meanSquare: Double
  ) -> String? {
    // Of numbers up to 1 only these two have squares of mean 1.
    minimum < -1 || maximum > 1 || meanSquare < 1 - 1e-9
      ? "the values -1 and 1 (write 0 as -1)" : nil
  }
}
