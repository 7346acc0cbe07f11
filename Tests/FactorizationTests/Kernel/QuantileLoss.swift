import Factorization

/// The quantile loss (Koenker, Bassett, 1978): where a share q of the values is below the prediction, its
/// expected cost is least.
struct QuantileLoss: Loss {
  static var name: String { "quantile" }

  /// The share of values that predictions are to exceed, q.
  let share: Float

  /// q e where the prediction is too small, (1 − q) |e| where it is too large.
  @inline(__always)
  func cost(prediction: Float, value: Float) -> Float {
    let error = value - prediction
    return error < 0 ? (share - 1) * error : share * error
  }

  /// q or q − 1.
  @inline(__always)
  func descent(prediction: Float, value: Float) -> Float {
    value < prediction ? share - 1 : share
  }

  var parameters: [String: Double] { ["share": Double(share)] }
}
