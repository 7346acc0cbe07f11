/// The squared error over all cells of the matrix, where those that are absent are zeros of a weight:
/// Σ over observed (v − p)² + a Σ over absent p².
///
/// With a = 1 it is the squared loss of a matrix of which every cell is known (SL of Gemulla et al. 2011);
/// with a below 1 that of implicit feedback (Hu, Koren, Volinsky, "Collaborative Filtering for Implicit
/// Feedback Datasets", ICDM 2008). The zeros are never visited: a Σ p² is taken over *all* cells, see
/// ``DensePart``, and each observed one takes its own share of that off again.
public struct SquaredAllLoss: Loss {
  /// The name on the command line.
  public static var name: String { LossKind.squaredAll.rawValue }

  /// What an absent cell counts, a.
  public let absentWeight: Float

  /// The loss with a weight of the absent cells.
  public init(absentWeight: Float) { self.absentWeight = absentWeight }

  /// (v − p)² − a p².
  @inline(__always)
  public func cost(prediction: Float, value: Float) -> Float {
    let error = value - prediction
    return error * error - absentWeight * (prediction * prediction)
  }

  /// 2 (v − p) + 2 a p.
  @inline(__always)
  public func descent(prediction: Float, value: Float) -> Float {
    2 * (value - (prediction - absentWeight * prediction))
  }

  /// The parameters by name.
  public var parameters: [String: Double] { ["absentWeight": Double(absentWeight)] }

  /// What is counted over all cells.
  public var densePart: DensePart? { .squares(weight: absentWeight) }
}
