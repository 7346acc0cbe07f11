/// The squared error over the observed entries (NZSL of Gemulla et al.
///
/// 2011): (v − p)².
///
/// The convention on the factor 2, here and in all of Stratum: the objective is Σ (v − p)² with the
/// penalties λ‖·‖² of ``Regularization``, without halves, and steps follow the whole gradient, so
/// that the step on w is ε · (2(v − p)h − 2λw).
public struct SquaredLoss: Loss {
  /// The name on the command line.
  public static var name: String { LossKind.squared.rawValue }

  /// The squared error.
  public init() {}

  /// (v − p)².
  @inline(__always)
  public func cost(prediction: Float, value: Float) -> Float {
    let error = value - prediction
    return error * error
  }

  /// 2 (v − p).
  @inline(__always)
  public func descent(prediction: Float, value: Float) -> Float {
    2 * (value - prediction)
  }

  /// The usual penalties have kernels of their own: this is what most models are trained with.
  public func kernel(_ regularization: Regularization, _ shape: FactorShape) -> TileKernel {
    regularization.isSmooth
      ? TileKernel(smooth: self, regularization, shape)
      : TileKernel(general: self, regularization, shape)
  }
}
