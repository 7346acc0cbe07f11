extension ModelDescription {
  /// How a model was trained: what is minimized, in which order, by which steps.
  public struct Training: Codable, Sendable, Equatable {
    /// The loss, by the name it has on the command line.
    public var loss: String
    /// The loss's parameters by name, where it has any.
    public var lossParameters: [String: Double]?
    /// The weights of the penalties.
    public var regularization: Regularization
    /// The step sizes.
    public var step: Step
    /// The order of the strata, by the name it has on the command line.
    public var schedule: String
    /// The order of the ratings of a block, by the name it has on the command line; older models say none.
    public var pointOrder: String?
    /// The number of row blocks, which is the number of column blocks.
    public var blocks: Int
    /// The cache that the vectors of a tile may take, in bytes.
    public var tileBytes: Int
    /// The seed of every random number of the run.
    public var seed: UInt64
    /// The standard deviation of the factors before the first epoch.
    public var initialDeviation: Double
    /// How the numbers of column blocks travelled, by the name it has on the command line; older models say none.
    public var wire: String?
    /// How the loss that steers the step size was had, by the name it has on the command line.
    public var lossPass: String
    /// The number of epochs that were asked for.
    public var epochs: Int
    /// The improvement of the loss below which training stops.
    public var tolerance: Double
    /// The seconds of training after which it stops.
    public var timeLimitSeconds: Double?
    /// Whether an epoch that diverges is undone.
    public var rollsBack: Bool

    /// Describes training.
    public init(
      loss: String, lossParameters: [String: Double]? = nil, regularization: Regularization,
      step: Step, schedule: String, pointOrder: String = "wor", blocks: Int, tileBytes: Int,
      seed: UInt64, initialDeviation: Double, wire: String = "float32", lossPass: String,
      epochs: Int, tolerance: Double, timeLimitSeconds: Double? = nil, rollsBack: Bool
    ) {
      self.loss = loss
      self.lossParameters = lossParameters
      self.regularization = regularization
      self.step = step
      self.schedule = schedule
      self.pointOrder = pointOrder
      self.blocks = blocks
      self.tileBytes = tileBytes
      self.seed = seed
      self.initialDeviation = initialDeviation
      self.wire = wire
      self.lossPass = lossPass
      self.epochs = epochs
      self.tolerance = tolerance
      self.timeLimitSeconds = timeLimitSeconds
      self.rollsBack = rollsBack
    }
  }

  /// The policy that chooses the step sizes.
  public struct Step: Codable, Sendable, Equatable {
    /// The policy, by the name it has on the command line.
    public var policy: String
    /// The step size ε₀ of the first epoch, given or found.
    public var initialSize: Double
    /// Whether an epoch whose loss did not fall was undone; older models do not say.
    public var undoesRises: Bool?
    /// Whether AdaGrad scaled the steps; older models do not say.
    public var usesAdaGrad: Bool?
    /// The policy's other parameters, by name.
    public var parameters: [String: Double]

    /// Describes a policy.
    public init(
      policy: String, initialSize: Double, undoesRises: Bool = false, usesAdaGrad: Bool = false,
      parameters: [String: Double] = [:]
    ) {
      self.policy = policy
      self.initialSize = initialSize
      self.undoesRises = undoesRises
      self.usesAdaGrad = usesAdaGrad
      self.parameters = parameters
    }
  }
}
