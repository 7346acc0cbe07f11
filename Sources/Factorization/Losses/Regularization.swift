/// The penalty on large factors and biases, and what factors may be.
///
/// - weighted (NZL2 of Gemulla et al. 2011): Σ Nᵢ λ ‖wᵢ‖² + Σ Nⱼ λ ‖hⱼ‖², where Nᵢ and Nⱼ are the
///   numbers of ratings in row i and column j;
/// - not weighted (L2): λ ‖W‖² + λ ‖H‖², of which each of a row's ratings carries the share 1/Nᵢ.
///
/// Biases are penalised alike with their own λ. All λ are zero for no penalty at all. The L1 penalty
/// λ₁ Σ |w| + λ₁ Σ |h|, weighted alike, is on factors only: it makes many of them zero.
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
  /// λ₁ of the rows' and the columns' factors.
  public var absolute: Float = 0
  /// What factors may be.
  public var constraint = Constraint.none

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

  /// Whether steps are those of a gradient alone.
  public var isSmooth: Bool { absolute == 0 && constraint == .none }

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
    let absolutePenalty = absolute > 0 ? Double(absolute) * view.absoluteNorm(index) : 0
    return (isWeighted ? Double(degree) : 1) * (factorPenalty + biasPenalty + absolutePenalty)
  }
}

extension Regularization {
  /// Reads a penalty; what older versions do not know is absent from what they wrote.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    rows = try values.decode(Float.self, forKey: .rows)
    columns = try values.decode(Float.self, forKey: .columns)
    rowBiases = try values.decode(Float.self, forKey: .rowBiases)
    columnBiases = try values.decode(Float.self, forKey: .columnBiases)
    isWeighted = try values.decode(Bool.self, forKey: .isWeighted)
    absolute = try values.decodeIfPresent(Float.self, forKey: .absolute) ?? 0
    constraint = try values.decodeIfPresent(Constraint.self, forKey: .constraint) ?? .none
  }

  /// The penalty as a loss needs it: where factors must not be negative, they are projected unless
  /// something else is asked for.
  public func adapted(to loss: any Loss) -> Regularization {
    var adapted = self
    if type(of: loss).isNonNegative && constraint == .none { adapted.constraint = .projected }
    return adapted
  }
}
