/// The losses that can be chosen by name.
public enum LossKind: String, Sendable, Codable, CaseIterable {
  /// Σ (v − p)², see ``SquaredLoss``.
  case squared
  /// Squared over all cells, where absent ones are zeros, see ``SquaredAllLoss``.
  case squaredAll = "squared-all"
  /// Squared near zero, linear beyond, see ``HuberLoss``.
  case huber
  /// The generalized Kullback–Leibler divergence over all cells, see ``GeneralizedKLLoss``.
  case gkl
  /// For values −1 and 1, see ``LogisticLoss``.
  case logistic
  /// For counts, with the logarithm of their mean predicted, see ``PoissonLoss``.
  case poisson
  /// Preferences over all cells, with confidences, see ``ImplicitLoss``.
  case implicit

  /// The parameters of all losses, each used by one.
  public struct Parameters: Sendable {
    /// The error from which ``HuberLoss`` is linear.
    public var huberBend: Float = 1
    /// What an absent cell counts in ``SquaredAllLoss``.
    public var absentWeight: Float = 1
    /// How much surer a value makes in ``ImplicitLoss``.
    public var confidence: Float = 1

    /// The defaults.
    public init() {}
  }

  /// The loss of this name.
  public func loss(_ parameters: Parameters = Parameters()) -> any Loss {
    switch self {
    case .squared: SquaredLoss()
    case .squaredAll: SquaredAllLoss(absentWeight: parameters.absentWeight)
    case .huber: HuberLoss(bend: parameters.huberBend)
    case .gkl: GeneralizedKLLoss()
    case .logistic: LogisticLoss()
    case .poisson: PoissonLoss()
    case .implicit: ImplicitLoss(confidence: parameters.confidence)
    }
  }
}
