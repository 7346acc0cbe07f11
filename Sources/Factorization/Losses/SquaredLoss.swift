/// The squared error over the observed entries (NZSL of Gemulla et al.
///
/// 2011): (v − p)².
///
/// The convention on the factor 2, here and in all of Stratum: the objective is Σ (v − p)² with the
/// penalties λ‖·‖² of ``Regularization``, without halves, and steps follow the whole gradient, so
/// that the step on w is ε · (2(v − p)h − 2λw).
public enum SquaredLoss: Loss {
  /// (v − p)².
  @inline(__always)
  public static func cost(prediction: Float, value: Float) -> Float {
    let error = value - prediction
    return error * error
  }

  /// 2 (v − p).
  @inline(__always)
  public static func descent(prediction: Float, value: Float) -> Float {
    2 * (value - prediction)
  }
}
