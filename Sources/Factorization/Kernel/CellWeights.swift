/// How much the squared error of each cell of the matrix counts, and what is to be predicted there: the losses
/// that least squares can make small.
public struct CellWeights: Sendable {
  /// The weight of a cell without a rating, where 0 is to be predicted.
  public let absentWeight: Float
  /// α of ``ImplicitLoss``; nil where values are what is to be predicted.
  private let confidence: Float?

  /// The weights of a loss; nil where it is no squared error.
  public init?(_ loss: any Loss) {
    switch loss {
    case is SquaredLoss: (absentWeight, confidence) = (0, nil)
    case let loss as SquaredAllLoss: (absentWeight, confidence) = (loss.absentWeight, nil)
    case let loss as ImplicitLoss: (absentWeight, confidence) = (1, loss.confidence)
    default: return nil
    }
  }

  /// Whether cells without a rating count.
  public var countsAbsent: Bool { absentWeight > 0 }

  /// The weight of an observed cell.
  @inline(__always)
  func weight(ofValue value: Float) -> Float { confidence.map { 1 + $0 * value } ?? 1 }

  /// What is to be predicted in an observed cell.
  @inline(__always)
  func target(ofValue value: Float) -> Float { confidence == nil ? value : 1 }
}
