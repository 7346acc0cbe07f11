/// Huber's loss with its bend at 1: e² for errors up to 1, 2|e| − 1 beyond, so that single wild
/// ratings pull no harder than an error of 1.
///
/// Source: Huber, "Robust Estimation of a Location Parameter", 1964; scaled by two to agree with
/// ``SquaredLoss`` for small errors.
public enum HuberLoss: Loss {
  /// e² or 2|e| − 1.
  @inline(__always)
  public static func cost(prediction: Float, value: Float) -> Float {
    let error = value - prediction
    let bounded = max(-1, min(1, error))
    return bounded * (2 * error - bounded)
  }

  /// 2e, held between −2 and 2.
  @inline(__always)
  public static func descent(prediction: Float, value: Float) -> Float {
    2 * max(-1, min(1, value - prediction))
  }
}
