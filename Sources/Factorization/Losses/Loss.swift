/// What one rating costs, given its prediction: the part of the objective that the sweep over the
/// ratings descends.
///
/// A loss is a type without values, so that each kernel is compiled for one loss and nothing is
/// chosen in the inner loop. To add one, write such a type and a case of ``LossKind``.
public protocol Loss: Sendable {
  /// The cost of predicting `prediction` where `value` was observed.
  static func cost(prediction: Float, value: Float) -> Float

  /// Minus the derivative of the cost by the prediction: the direction in which the prediction should
  /// move.
  static func descent(prediction: Float, value: Float) -> Float
}

/// The losses that can be chosen by name.
public enum LossKind: String, Sendable, Codable, CaseIterable {
  /// Σ (v − p)², see ``SquaredLoss``.
  case squared
  /// Squared near zero, linear beyond, see ``HuberLoss``.
  case huber
}
