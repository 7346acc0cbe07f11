/// How well predictions meet ratings: RMSE and MAE over all pairs and over the known ones.
///
/// A pair is known where the model knows its row and its column. Sums are taken in double precision
/// in the order in which pairs are added.
public struct Evaluation: Sendable, Equatable {
  /// The errors over all pairs.
  public private(set) var all = Errors()
  /// The errors over the pairs of which the model knows row and column.
  public private(set) var known = Errors()
  /// The number of ratings whose row the model does not know.
  public private(set) var ratingsOfUnknownRows = 0
  /// The number of ratings whose column the model does not know.
  public private(set) var ratingsOfUnknownColumns = 0
  private var minimum = Float.infinity
  private var maximum = -Float.infinity
  private var squaresOfValues = 0.0

  /// An evaluation of no ratings.
  public init() {}

  /// Adds one rating.
  ///
  /// - Parameters:
  ///   - value: The observed value.
  ///   - row: The row's dense index in the model, or nil where the model does not know the row.
  ///   - column: The column's dense index in the model, or nil likewise.
  ///   - model: The model that predicts the value.
  ///   - isClipped: Whether the prediction is held within the observed range; the model's default
  ///     where nil.
  public mutating func add(
    value: Float, row: Int?, column: Int?, model: Model, isClipped: Bool? = nil
  ) {
    let error =
      Double(model.link.observation(value))
      - Double(model.prediction(row: row, column: column, isClipped: isClipped))
    all.add(error)
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    squaresOfValues += Double(value) * Double(value)
    if row == nil { ratingsOfUnknownRows += 1 }
    if column == nil { ratingsOfUnknownColumns += 1 }
    if row != nil && column != nil { known.add(error) }
  }
}

extension Evaluation {
  /// Why the values that were added are none that a model of some loss can be measured by; nil where they
  /// are, and where the loss is none that has a name.
  public func refusal(byLossOf model: Model) -> String? {
    guard all.count > 0, let kind = LossKind(rawValue: model.description.training.loss) else {
      return nil
    }
    return kind.loss().refusal(
      minimum: minimum, maximum: maximum,
      meanSquare: squaresOfValues / Double(all.count))
  }

  /// The sums behind RMSE and MAE.
  public struct Errors: Sendable, Equatable {
    /// The number of errors.
    public private(set) var count = 0
    private var squares = 0.0
    private var magnitudes = 0.0

    /// No errors yet.
    public init() {}

    /// Adds the error of one prediction.
    public mutating func add(_ error: Double) {
      count += 1
      squares += error * error
      magnitudes += abs(error)
    }

    /// The root mean squared error, or nil where nothing was added.
    public var rmse: Double? { count > 0 ? (squares / Double(count)).squareRoot() : nil }

    /// The mean absolute error, or nil where nothing was added.
    public var mae: Double? { count > 0 ? magnitudes / Double(count) : nil }
  }
}
