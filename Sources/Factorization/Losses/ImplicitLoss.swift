/// The squared error of preferences over all cells: 1 is to be predicted where there is a value v, with the
/// confidence 1 + αv, and 0 everywhere else, with the confidence 1.
///
/// Source: Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008. Σ p² is
/// taken over *all* cells, see ``DensePart``, and each observed one takes its own share of that off again.
public struct ImplicitLoss: Loss {
  /// The name on the command line.
  public static var name: String { LossKind.implicit.rawValue }

  /// Values are confidences.
  public static var link: Link { .preference }

  /// How much surer a value makes, α.
  public let confidence: Float

  /// The loss with a confidence.
  public init(confidence: Float) { self.confidence = confidence }

  /// (1 + αv) (1 − p)² − p².
  @inline(__always)
  public func cost(prediction: Float, value: Float) -> Float {
    let error = 1 - prediction
    return (1 + confidence * value) * (error * error) - prediction * prediction
  }

  /// 2 (1 + αv) (1 − p) + 2p.
  @inline(__always)
  public func descent(prediction: Float, value: Float) -> Float {
    2 * ((1 + confidence * value) * (1 - prediction) + prediction)
  }

  /// The parameters by name.
  public var parameters: [String: Double] { ["confidence": Double(confidence)] }

  /// What is counted over all cells.
  public var densePart: DensePart? { .squares(weight: 1) }

  /// What values it takes.
  public static func demand(
    minimum: Float, maximum: Float, meanSquare: Double
  ) -> String? {
    // An absent cell is a preference of 0 with the confidence 1: there is no other way to say that.
    minimum <= 0 ? "values that are more than zero (leave zeros out: absent cells are zeros)" : nil
  }
}
