/// The penalty on large factors and biases.
///
/// - weighted (NZL2 of Gemulla et al. 2011): Σ Nᵢ λ ‖wᵢ‖² + Σ Nⱼ λ ‖hⱼ‖², where Nᵢ and Nⱼ are the
///   numbers of ratings in row i and column j;
/// - not weighted (L2): λ ‖W‖² + λ ‖H‖², of which each of a row's ratings carries the share 1/Nᵢ.
///
/// Biases are penalised alike with their own λ. All λ are zero for no penalty at all.
public struct Regularization: Sendable, Equatable, Codable {
  /// λ of the rows' factors.
  public var rows: Float
  /// λ of the columns' factors.
  public var columns: Float
  /// λ of the rows' biases.
  public var rowBiases: Float
  /// λ of the columns' biases.
  public var columnBiases: Float
  /// Whether a vector's penalty is multiplied by its number of ratings.
  public var isWeighted: Bool

  /// Creates a penalty; λ that are not given are those of the rows.
  public init(
    rows: Float, columns: Float? = nil, rowBiases: Float? = nil, columnBiases: Float? = nil,
    isWeighted: Bool
  ) {
    self.rows = rows
    self.columns = columns ?? rows
    self.rowBiases = rowBiases ?? rows
    self.columnBiases = columnBiases ?? self.columns
    self.isWeighted = isWeighted
  }

  /// The penalty of one vector and its bias; not finite where these are not, even if λ is 0.
  ///
  /// - Parameters:
  ///   - view: some vectors.
  ///   - index: which of them.
  ///   - degree: the number of ratings of its row or column.
  ///   - isRow: whether it belongs to W rather than to H.
  /// - Returns: its part of the objective.
  public func penalty(of view: FactorView, at index: Int, degree: Int32, isRow: Bool) -> Double {
    let squaredNorm = view.squaredNorm(index)
    let bias = Double(view.biases?[index] ?? 0)
    let factorPenalty = Double(isRow ? rows : columns) * squaredNorm
    let biasPenalty = Double(isRow ? rowBiases : columnBiases) * (bias * bias)
    return (isWeighted ? Double(degree) : 1) * (factorPenalty + biasPenalty)
  }
}
