/// What one rating costs, given its prediction: the part of the objective that the sweep over the
/// ratings descends.
///
/// A loss is a small value with its parameters, such as Huber's bend. Each kernel is compiled for the
/// type of one loss, so that nothing is chosen in the inner loop. To add one, write such a type and a
/// case of ``LossKind``: Docs/new-loss.md shows how.
public protocol Loss: Sendable {
  /// The cost of predicting `prediction` where `value` was observed.
  func cost(prediction: Float, value: Float) -> Float

  /// Minus the derivative of the cost by the prediction: the direction in which the prediction should
  /// move.
  func descent(prediction: Float, value: Float) -> Float

  /// The name on the command line and in `model.json`.
  static var name: String { get }

  /// How a prediction, which may be any number, stands for the value that is expected.
  static var link: Link { get }

  /// Whether factors must not be negative.
  static var isNonNegative: Bool { get }

  /// The parameters by name, as `model.json` keeps them.
  var parameters: [String: Double] { get }

  /// What is counted over all cells of the matrix, beside the cost of the observed ones.
  var densePart: DensePart? { get }

  /// What values this loss takes, where the ratings are others.
  ///
  /// - Parameters:
  ///   - minimum: the smallest value.
  ///   - maximum: the largest value.
  ///   - meanSquare: the mean of the values' squares.
  /// - Returns: nil where it takes them.
  static func demand(minimum: Float, maximum: Float, meanSquare: Double) -> String?

  /// The kernels for this loss; there is no need to write one's own.
  ///
  /// A requirement, since the implementation that all share is then compiled for each loss.
  func kernel(_ regularization: Regularization, _ shape: FactorShape) -> TileKernel

  /// The gradient over all ratings of a block, for a constant in every prediction; there is no need to
  /// write one's own, and it is a requirement for the same reason.
  func gradientKernel(_ blocks: RatingBlocks, mean: Float) -> GradientKernel
}

extension Loss {
  /// Predictions are values.
  public static var link: Link { .identity }

  /// Factors may be negative.
  public static var isNonNegative: Bool { false }

  /// No parameters.
  public var parameters: [String: Double] { [:] }

  /// Only observed cells count.
  public var densePart: DensePart? { nil }

  /// All values will do.
  public static func demand(
    minimum: Float, maximum: Float, meanSquare: Double
  ) -> String? { nil }

  /// The kernels that can do with any penalty and constraint.
  public func kernel(_ regularization: Regularization, _ shape: FactorShape) -> TileKernel {
    TileKernel(general: self, regularization, shape)
  }

  /// The kernel that all share.
  public func gradientKernel(_ blocks: RatingBlocks, mean: Float) -> GradientKernel {
    GradientKernel(blocks, loss: self, mean: mean)
  }

  /// Whether biases and the mean of the ratings may be part of predictions.
  ///
  /// Over all cells they would make every prediction something else than w·h, whose sums over all
  /// cells need few operations; and where factors must not be negative, predictions must not be.
  public var allowsBiases: Bool { densePart == nil && !Self.isNonNegative }

  /// Why values cannot be used; nil where the loss takes them.
  ///
  /// - Parameters:
  ///   - minimum: the smallest value.
  ///   - maximum: the largest value.
  ///   - meanSquare: the mean of the values' squares.
  /// - Returns: a sentence without its end.
  public func refusal(minimum: Float, maximum: Float, meanSquare: Double) -> String? {
    Self.demand(minimum: minimum, maximum: maximum, meanSquare: meanSquare).map {
      "--loss \(name) takes \($0), and the ratings are from \(minimum) to \(maximum)"
    }
  }

  /// ``name``, of a loss whose type is not known.
  public var name: String { Self.name }

  /// ``link``, of a loss whose type is not known.
  public var link: Link { Self.link }
}
