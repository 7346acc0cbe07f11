import ArgumentParser
import DistributedFactorization
import Factorization

extension SolverKind: ExpressibleByArgument {}
extension LossKind: ExpressibleByArgument {}
extension ScheduleKind: ExpressibleByArgument {}
extension StepSizePolicy: ExpressibleByArgument {}
extension PointOrder: ExpressibleByArgument {}
extension LossPass: ExpressibleByArgument {}
extension WirePrecision: ExpressibleByArgument {}

/// The options of `train` that decide the result.
struct LearningOptions: ParsableArguments {
  @Option(help: "The method.")
  var solver = TrainingOptions().solver

  @Option(name: .shortAndLong, help: "The length of the factor vectors.")
  var factors = TrainingOptions().factors

  @Option(
    name: .shortAndLong,
    help:
      "Passes over the ratings (default: 7 on a scale, 12 else, 100 where loss or method need them)."
  )
  var epochs: Int?

  @Option(help: "Row blocks and column blocks of the grid (default: 16, or two a thread).")
  var blocks: Int?

  @Option(help: "The seed of every random number.")
  var seed = TrainingOptions().seed

  @Option(help: "The cost of an error.")
  var loss = LossKind.squared

  @OptionGroup var losses: LossOptions

  @Option(
    name: .shortAndLong,
    help: "λ, the weight of the penalty on factors and biases (default: from the ratings).")
  var regularization: Double?

  @Option(help: "λ of the rows, where it is another.")
  var rowRegularization: Double?

  @Option(help: "λ of the columns, where it is another.")
  var columnRegularization: Double?

  @Option(help: "λ of the biases, where it is another.")
  var biasRegularization: Double?

  @Flag(inversion: .prefixedNo, help: "Multiply each penalty by its row's or column's ratings.")
  var weighted = true

  @Flag(
    inversion: .prefixedNo,
    help: "Learn a bias for each row and column (default: where the loss allows it).")
  var biases: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: "Let predictions start from the mean of the ratings (default: likewise).")
  var globalMean: Bool?

  @Option(help: "How the step size changes from epoch to epoch.")
  var step = TrainingOptions().step

  @Option(
    help: "The first step size ε₀ (default: found by trial on a sample, 0.25 for AdaGrad).")
  var initialStep: Double?

  @Option(
    help:
      "The constant of --step, else 2 for polynomial (AdaGrad: 1), 0.05 for nomad, 0.9 for others.")
  var stepDecay: Double?

  @Flag(help: "Undo each epoch whose loss does not fall, with --step bold-driver or automatic.")
  var undoRises = false

  @Flag(
    name: .customLong("adagrad"), inversion: .prefixedNo,
    help: "Take smaller steps in rows and columns that have learned more.")
  var usesAdaGrad = TrainingOptions().usesAdaGrad

  @Option(help: "The order of the strata.")
  var schedule = TrainingOptions().schedule

  @Option(help: "The order of the ratings within a block.")
  var pointOrder = TrainingOptions().pointOrder

  @Option(help: "How column blocks travel: as they are, or in half the bytes.")
  var wire = TrainingOptions().wire

  @Option(
    help:
      "The loss that steers the step: of the running epoch, or by a pass after it (default: running; exact for wr and poisson)."
  )
  var lossPass: LossPass?

  @Option(help: "Stop when an epoch improves the loss by less than this share.")
  var tolerance = TrainingOptions().tolerance

  @Option(help: "Stop after the epoch in which this many seconds of training are reached.")
  var timeLimit: Double?

  @Option(help: "KiB of cache that the factors of a tile may take.")
  var tileKib = TrainingOptions().tileBytes >> 10

  @Flag(inversion: .prefixedNo, help: "Keep the last good epoch, to undo one that diverges.")
  var rollBack = true

  @Flag(
    inversion: .prefixedNo,
    help: "Hold predictions within the observed range (default: for values like 1, 1.5, …, 5).")
  var clip: Bool?

  func validate() throws {
    try require(
      (1...FactorShape.maximumFactors).contains(factors), "--factors", factors,
      "from 1 to \(FactorShape.maximumFactors)")
    if let epochs { try require(epochs >= 1, "--epochs", epochs, "at least 1") }
    if let blocks { try require(blocks >= 1, "--blocks", blocks, "at least 1") }
    try require(tolerance < 1, "--tolerance", tolerance, "less than 1")
    for (name, value) in [
      ("--regularization", regularization ?? 0), ("--row-regularization", rowRegularization ?? 0),
      ("--column-regularization", columnRegularization ?? 0),
      ("--bias-regularization", biasRegularization ?? 0), ("--tolerance", tolerance),
      ("--l1", losses.l1), ("--absent-weight", losses.absentWeight ?? 0),
    ] {
      try require(value >= 0, name, value, "zero or more")
      try requireSingle(name, value)
    }
    for (name, value) in [
      ("--initial-step", initialStep), ("--time-limit", timeLimit), ("--step-decay", stepDecay),
      ("--huber-bend", losses.huberBend), ("--confidence", losses.confidence),
    ] {
      guard let value else { continue }
      try require(value > 0, name, value, "more than zero")
      try requireSingle(name, value)
    }
    if lossPass == .running, !schedule.visitsEachBlockOnce || !pointOrder.trainsEachRatingOnce {
      throw ValidationError(
        "--loss-pass running needs each rating once an epoch: give --loss-pass exact with wr.")
    }
    if undoRises, !step.followsLoss || !rollBack {
      throw ValidationError(
        "--undo-rises goes with --step bold-driver or automatic, and not with --no-roll-back.")
    }
    try require((1...1 << 20).contains(tileKib), "--tile-kib", tileKib, "from 1 to \(1 << 20)")
    try losses.validate(for: loss, biases: biases, globalMean: globalMean)
    try validateCombinations()
    try validateSolver()
  }

  private func require(_ holds: Bool, _ name: String, _ value: Any, _ range: String) throws {
    if !holds { throw ValidationError("\(name) is \(value), and must be \(range).") }
  }

  /// Training computes in single precision.
  private func requireSingle(_ name: String, _ value: Double) throws {
    try require(Float(value).isFinite, name, value, "at most 3.4e38")
  }

  /// The options as the library takes them, for a grid of `blocks` blocks, as far as they do not depend
  /// on the ratings.
  func trainingOptions(blocks: Int) -> TrainingOptions {
    var options = TrainingOptions()
    options.solver = solver
    options.factors = factors
    options.blocks = blocks
    options.seed = seed
    options.loss = losses.loss(loss)
    options.hasBiases = biases ?? losses.allowBiases(with: loss)
    options.hasGlobalMean = globalMean ?? losses.allowBiases(with: loss)
    options.step = step
    options.initialStep = initialStep
    options.stepDecay = stepDecay
    options.undoesRises = undoRises
    options.usesAdaGrad = usesAdaGrad
    options.schedule = schedule
    options.pointOrder = pointOrder
    options.wire = wire
    options.lossPass = lossPass
    options.tolerance = tolerance
    options.timeLimitSeconds = timeLimit
    // Sequential SGD takes all ratings in one random order.
    options.tileBytes = solver == .sgd ? .max : tileKib << 10
    options.keepsLastEpoch = rollBack && solver.hasStepSize
    return options
  }

  /// Fills in the options that depend on the ratings where the user leaves them open.
  func complete(_ options: inout TrainingOptions, for data: TrainingData) {
    let penalty =
      regularization
      ?? solver.penaltyFactor * data.suggestedPenalty(isWeighted: weighted, loss: options.loss)
    options.regularization = Regularization(
      rows: Float(rowRegularization ?? penalty), columns: Float(columnRegularization ?? penalty),
      rowBiases: biasRegularization.map { Float($0) },
      columnBiases: biasRegularization.map { Float($0) }, isWeighted: weighted)
    options.epochs =
      epochs ?? data.suggestedEpochs(for: options.loss, by: solver)
    options.regularization.absolute = Float(losses.l1)
    options.regularization.constraint = losses.constraint
    options.regularization = options.regularization.adapted(to: options.loss)
    options.isClipped = clip ?? data.statistics.isScale(for: options.loss)
  }
}

extension LearningOptions {
  /// The options that decide the result, by name, as `model.json` keeps them: those that were left to
  /// the program are null.
  var values: [String: JSONValue] {
    func number(_ value: Double?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
    func flag(_ value: Bool?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
    return [
      "solver": JSONValue(solver.rawValue), "factors": JSONValue(factors),
      "epochs": epochs.map { JSONValue($0) } ?? .null,
      "blocks": blocks.map { JSONValue($0) } ?? .null, "seed": JSONValue(String(seed)),
      "loss": JSONValue(loss.rawValue), "regularization": number(regularization),
      "row-regularization": number(rowRegularization),
      "column-regularization": number(columnRegularization),
      "bias-regularization": number(biasRegularization), "weighted": JSONValue(weighted),
      "biases": flag(biases), "global-mean": flag(globalMean),
      "huber-bend": number(losses.huberBend), "absent-weight": number(losses.absentWeight),
      "confidence": number(losses.confidence),
      "l1": number(losses.l1), "non-negative": JSONValue(losses.nonNegative),
      "reflect": JSONValue(losses.reflect),
      "step": JSONValue(step.rawValue), "initial-step": number(initialStep),
      "step-decay": number(stepDecay), "undo-rises": JSONValue(undoRises),
      "adagrad": JSONValue(usesAdaGrad),
      "schedule": JSONValue(schedule.rawValue), "point-order": JSONValue(pointOrder.rawValue),
      "wire": JSONValue(wire.rawValue),
      "loss-pass": lossPass.map { JSONValue($0.rawValue) } ?? .null, "tolerance": number(tolerance),
      "time-limit": number(timeLimit), "tile-kib": JSONValue(tileKib),
      "roll-back": JSONValue(rollBack), "clip": flag(clip),
    ]
  }
}
