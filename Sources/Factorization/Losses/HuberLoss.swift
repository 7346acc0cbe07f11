/// Huber's loss: e² for errors up to a bend b, b (2|e| − b) beyond, so that single wild ratings pull no
/// harder than an error of b.
///
/// Source: Huber, "Robust Estimation of a Location Parameter", 1964; scaled by two to agree with
/// ``SquaredLoss`` for small errors.
public struct HuberLoss: Loss {
  /// The name on the command line.
  public static var name: String { LossKind.huber.rawValue }

  /// The error from which the cost is linear, b.
  public let bend: Float

  /// The loss with a bend.
  public init(bend: Float) { self.bend = bend }

  /// e² or b (2|e| − b).
  @inline(__always)
  public func cost(prediction: Float, value: Float) -> Float {
    let error = value - prediction
    let bounded = self.bounded(error)
    return bounded * (2 * error - bounded)
  }

  /// 2e, held between −2b and 2b.
  @inline(__always)
  public func descent(prediction: Float, value: Float) -> Float {
    2 * bounded(value - prediction)
  }

  /// What is not a number stays so.
  @inline(__always)
  private func bounded(_ error: Float) -> Float {
    error > bend ? bend : error < -bend ? -bend : error
  }

  /// The parameters by name.
  public var parameters: [String: Double] { ["bend": Double(bend)] }
}
