import Factorization
import MPI

/// A run of training: learns W and H so that V ≈ W·H over the ratings, epoch by epoch, by any `Solver`.
///
/// Every rank creates the object and calls its methods together. The loss, the stopping rules and the
/// records are the same for all solvers, and so are the factors they start from.
public final class Training {
  /// The options of the run.
  public let options: TrainingOptions
  /// The ratings of the run.
  public let data: TrainingData
  let factors: DistributedFactors
  let solver: any Solver
  private let trainer: BlockVisitor
  private let tester: BlockVisitor?
  private let trial: StepTrial?
  private(set) var state: TrainingState

  /// Prepares a run with fresh random factors.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - communicator: the ranks that train; it is duplicated.
  ///   - data: the ratings.
  ///   - options: what to do.
  ///   - initialStep: ε₀.
  ///   - trial: tries steps after each epoch where they are chosen automatically; without it that policy is
  ///     the bold driver.
  ///   - threads: threads of this rank.
  /// - Throws: `MPIError`.
  public init(
    _ communicator: borrowing Communicator, data: TrainingData, options: TrainingOptions,
    initialStep: Double, trial: StepTrial? = nil, threads: Int
  ) throws(MPIError) {
    precondition(
      !options.undoesRises || options.keepsLastEpoch && options.step.followsLoss,
      "rises are undone from a copy, where the loss decides the step")
    precondition(
      options.usedLossPass == .exact || options.trainsEachRatingOnce,
      "an epoch with replacement has no running loss")
    precondition(
      options.solver.minimizes(options.loss)
        && options.solver.minimizes(options.regularization.adapted(to: options.loss)),
      "not every method can do with every loss, penalty and constraint")
    self.data = data
    self.options = options
    let factors = try DistributedFactors(
      communicator, data: data, options: options, threads: threads)
    self.factors = factors
    let trainer = BlockVisitor(
      data.training, data: data, options: options, workers: factors.runner.workers)
    self.trainer = trainer
    tester = data.test.map {
      BlockVisitor($0, data: data, options: options, workers: factors.runner.workers)
    }
    solver = try options.solver.solver(
      SolverProblem(data: data, options: options, factors: factors, trainer: trainer), communicator)
    state = TrainingState(
      step: StepSize(
        policy: options.step, initial: initialStep, decay: options.usedStepDecay,
        epochs: options.epochs, undoesRises: options.undoesRises))
    self.trial = trial
  }

  /// The constant in every prediction, 0 where there is none.
  public var mean: Float { factors.start.mean }

  /// Whether nothing is left of the rows' or of the columns' factors but zeros.
  ///
  /// Collective.
  public func hasOnlyZeros(_ communicator: borrowing Communicator) throws(MPIError) -> Bool {
    try factors.areZero(communicator)
  }

  /// The standard deviation of the initial factors.
  public var initialDeviation: Float { factors.start.deviation }

  /// Goes on where another run was between two epochs, whose factors this one has already.
  ///
  /// Does not communicate; every rank must do it, before `train`.
  func resume(_ state: TrainingState) {
    self.state = state
    guard state.step.isTrying else { return }
    // As long as steps are tried no epoch is undone, so each has trained the sample once.
    for record in state.records.dropFirst() {
      trial?.train(epoch: record.epoch, stepSize: record.stepSize)
    }
  }

  /// Trains until a stopping rule holds.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - communicator: the ranks that train.
  ///   - checkpoints: where the run is saved between epochs, if it is.
  ///   - progress: called on every rank many times while an epoch is trained, with the epoch and the
  ///     share of it that is done.
  ///   - report: called on every rank with each epoch's record; where another run is gone on with, first with those
  ///     that it had.
  /// - Returns: the record of the last epoch that counts, and why training stopped.
  /// - Throws: `MPIError`, or on all ranks `TrainingFailure` where no step size is small enough,
  ///   `TrainingInterruption` where a checkpoint was asked for, `InputFailure` where none can be written.
  public func train(
    _ communicator: borrowing Communicator, checkpoints: Checkpoints? = nil,
    progress: (@Sendable (_ epoch: Int, _ share: Double) -> Void)? = nil,
    report: (EpochRecord) -> Void
  ) throws -> (last: EpochRecord, reason: StopReason) {
    let begin = MonotonicClock.seconds - state.elapsedSeconds
    if state.records.isEmpty {
      state.records = [try evaluate(before: planOfEpoch(after: 0), communicator)]
    }
    for record in state.records { report(record) }
    // A good epoch may end worse than the start, by a few times; one that diverges does so by far.
    let largestRMSE = 100 * (state.records[0].trainRMSE + data.statistics.rootMeanSquare)
    var lastGood = DistributedFactors.Snapshot()
    var isCopied = false
    while true {
      let reason = try stopReason(communicator)
      try checkpoints?.writeIfDue(self, isLast: reason != nil, communicator)
      if let reason { return (state.last, reason) }
      if options.keepsLastEpoch && !isCopied { factors.copy(into: &lastGood) }

      let epoch = state.nextEpoch
      if let progress { factors.runner.onProgress = { progress(epoch, $0) } }
      var record = try trainEpoch(epoch, checkpoints, communicator)
      record.elapsedSeconds = MonotonicClock.seconds - begin
      if record.isFinite && record.trainRMSE <= largestRMSE {
        let stands = state.step.advance(loss: record.loss) { current in
          trial?.bestStep(around: current, after: epoch) ?? current * StepSize.growth
        }
        record.isUndone = !stands
        state.restarts = 0
      } else {
        record.hasDiverged = true
        record.isUndone =
          options.keepsLastEpoch && state.restarts < TrainingFailure.mostRestarts
        guard record.isUndone else {
          report(record)
          throw TrainingFailure(
            epoch: epoch, stepSize: state.step.current, restarts: state.restarts)
        }
        state.restarts += 1
        state.step.restart(shrinkingBy: 0.5)
      }
      report(record)
      state.records.append(record)
      isCopied = record.isUndone
      if record.isUndone {
        factors.restore(lastGood)
        solver.restart()
      }
    }
  }

  /// One epoch of the solver, then the loss.
  ///
  /// Collective.
  private func trainEpoch(
    _ epoch: Int, _ checkpoints: Checkpoints?, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochRecord {
    let begin = MonotonicClock.seconds
    let sent = factors.rotation.bytesSent
    let next = planOfEpoch(after: epoch)
    let needsPass = options.usedLossPass == .exact
    let work = try solver.train(
      EpochTask(
        number: epoch, stepSize: state.step.current,
        next: needsPass || tester != nil ? evaluationPlan : next), communicator)
    factors.runner.onProgress = nil
    let seconds = MonotonicClock.seconds - begin
    let bytesSent = work.bytesSent + factors.rotation.bytesSent - sent

    let training =
      needsPass
      ? try errors(trainer, before: tester == nil ? next : evaluationPlan, communicator)
      : try factors.total(work.runningErrors, communicator)
    var record = EpochRecord(
      epoch: epoch, loss: try training.cost + factors.penalty(communicator),
      trainRMSE: (training.squaredError / Double(data.statistics.count)).squareRoot(),
      testRMSE: try testRMSE(before: next, communicator), stepSize: state.step.current)
    record.epochSeconds = seconds
    record.ratingsPerSecond = Double(data.statistics.count) / seconds
    let isInterrupted = try record.gather(
      work.clocks, lossSeconds: MonotonicClock.seconds - begin - seconds, bytesSent: bytesSent,
      isInterrupted: checkpoints?.isRequested ?? false, communicator)
    if isInterrupted { checkpoints?.interrupt() }
    return record
  }

  /// The exact loss and errors of the factors as they stand.
  ///
  /// Collective.
  public func evaluate(_ communicator: borrowing Communicator) throws(MPIError) -> EpochRecord {
    try evaluate(before: nil, communicator)
  }

  private func evaluate(
    before next: EpochPlan?, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochRecord {
    let training = try errors(
      trainer, before: tester == nil ? next : evaluationPlan, communicator)
    return EpochRecord(
      epoch: 0, loss: try training.cost + factors.penalty(communicator),
      trainRMSE: (training.squaredError / Double(data.statistics.count)).squareRoot(),
      testRMSE: try testRMSE(before: next, communicator), stepSize: state.step.current)
  }

  private func testRMSE(
    before next: EpochPlan?, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Double? {
    guard let tester else { return nil }
    let sums = try errors(tester, before: next, communicator)
    return (sums.squaredError / Double(max(1, data.testCount))).squareRoot()
  }

  /// The order of the epoch after another; nil after the last.
  func planOfEpoch(after epoch: Int) -> EpochPlan? {
    epoch < options.epochs ? solver.plan(ofEpoch: epoch + 1) : nil
  }

  /// The order of a sweep in which nothing is trained.
  private var evaluationPlan: EpochPlan {
    LocalityAwareSchedule(seed: options.seed).plan(epoch: 0, blockCount: data.grid.blockCount)
  }

  /// Errors over some ratings, by a sweep in which nothing is trained.
  private func errors(
    _ visitor: BlockVisitor, before next: EpochPlan?, _ communicator: borrowing Communicator
  ) throws(MPIError) -> ErrorSums {
    let isClipped = options.isClipped && visitor.blocks !== data.training
    let rule =
      isClipped
      ? PredictionRule(
        mean: factors.start.mean, range: data.statistics.minimum...data.statistics.maximum)
      : PredictionRule(mean: factors.start.mean)
    let sums = try factors.sweep(evaluationPlan, before: next) { worker, block, rows, columns in
      visitor.evaluate(worker, block, rows, columns, rule)
    }
    return try factors.total(sums, communicator)
  }

  /// Whether training is over; decided by all ranks alike.
  ///
  /// Collective.
  private func stopReason(_ communicator: borrowing Communicator) throws(MPIError) -> StopReason? {
    if options.tolerance > 0, let improvement = state.improvement, improvement >= 0,
      improvement < options.tolerance
    {
      return .converged
    }
    // Rank 0's clock decides, so that all ranks stop after the same epoch.
    if let limit = options.timeLimitSeconds,
      try communicator.broadcast(state.elapsedSeconds, from: 0) > limit
    {
      return .timeLimit
    }
    return state.nextEpoch > options.epochs ? .epochs : nil
  }
}

/// Why training ended.
public enum StopReason: String, Sendable, Codable {
  /// All epochs that were asked for are done.
  case epochs
  /// The loss improved by less than the tolerance.
  case converged
  /// The time is up.
  case timeLimit = "time-limit"
}
