import Factorization

/// Everything that decides what training does, beside the ratings.
///
/// The same options and ratings give the same model on any number of ranks and threads.
public struct TrainingOptions: Sendable {
  /// The method.
  public var solver = SolverKind.dsgd
  /// The length k of the factor vectors.
  public var factors = 100
  /// The number of epochs at most.
  public var epochs = 12
  /// The number of row blocks and of column blocks of the grid.
  public var blocks = 16
  /// The seed of every random number.
  public var seed: UInt64 = 1
  /// The cost of a rating's error.
  public var loss: any Loss = SquaredLoss()
  /// The penalty on large factors and biases.
  public var regularization = Regularization(rows: 0.06, isWeighted: true)
  /// Whether rows and columns have biases.
  public var hasBiases = true
  /// Whether predictions start from the mean of the ratings.
  public var hasGlobalMean = true
  /// How the step size changes.
  public var step = StepSizePolicy.polynomial
  /// ε₀; found by trial on a sample where nil.
  public var initialStep: Double?
  /// The constant of the step policy, see `StepSize.decay`; its default where nil.
  public var stepDecay: Double?
  /// Whether an epoch whose loss did not fall is undone; only with policies that follow the loss, and with
  /// `keepsLastEpoch`.
  public var undoesRises = false
  /// Whether each row and column takes smaller steps the more it has learned (AdaGrad).
  public var usesAdaGrad = false
  /// The order of the strata.
  public var schedule = ScheduleKind.laWor
  /// The order of the ratings of a block.
  public var pointOrder = PointOrder.wor
  /// How the numbers of column blocks travel; as they are, or the model depends on the number of ranks.
  public var wire = WirePrecision.float32
  /// Whether column blocks may travel while others are trained, which does not change the result.
  ///
  /// That they may not is for measuring what it gains.
  public var overlaps = true
  /// How the loss of an epoch is had; where nil, running if each rating is trained once by a method that knows
  /// errors then, and the loss is not exponential, else exact.
  ///
  /// Where ratings are drawn with replacement, the costs of an epoch's steps are those of a random selection
  /// of the ratings, and no loss that could be compared with another epoch's: `running` is not allowed there.
  public var lossPass: LossPass?
  /// Stop when an epoch improves the loss by less than this share; never where 0.
  public var tolerance = 0.0
  /// Stop after this many seconds of training; never where nil.
  public var timeLimitSeconds: Double?
  /// The cache that the vectors of a tile may take, in bytes.
  public var tileBytes = TileShape.defaultBytes
  /// Whether errors on the test ratings are taken after clipping predictions to the observed range.
  public var isClipped = false
  /// Whether the last good epoch is kept in memory, so that a diverging epoch can be undone.
  public var keepsLastEpoch = true

  /// The tool's defaults.
  public init() {}

  /// The constant of the step policy as it is used; nil where the policy has none.
  public var usedStepDecay: Double? {
    step.defaultDecay(isAdaptive: usesAdaGrad).map { stepDecay ?? $0 }
  }

  /// Whether an epoch takes exactly one step for each rating.
  public var trainsEachRatingOnce: Bool {
    schedule.visitsEachBlockOnce && pointOrder.trainsEachRatingOnce
  }

  /// How the loss that steers the step size is had, where `lossPass` leaves it open too.
  ///
  /// Steps that go too far with e^p do so within an epoch, of which the first steps, each before its error is
  /// huge, have good errors: the running loss would take what is ruined for the last good epoch.
  public var usedLossPass: LossPass {
    guard solver.knowsRunningErrors else { return .exact }
    let isMisleading = solver.hasStepSize && loss.link == .exponential
    return lossPass ?? (trainsEachRatingOnce && !isMisleading ? .running : .exact)
  }

  /// The layout of the factor vectors.
  var shape: FactorShape {
    FactorShape(factors: factors, hasBiases: hasBiases, hasAccumulators: usesAdaGrad)
  }
}

/// How the loss that steers the step size is had.
public enum LossPass: String, Sendable, Codable, CaseIterable {
  /// From the errors that the epoch's steps compute anyway, each before its step.
  case running
  /// By a pass over all ratings after the epoch.
  case exact
}
