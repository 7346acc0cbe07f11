import Factorization
import MPI

/// A run of training: learns W and H so that V ≈ W·H over the ratings, epoch by epoch, by any `Solver`.
///
/// Every rank creates the object and calls its methods together. The loss, the stopping rules and the
/// records are the same for all solvers, and so are the factors they start from.
public final class Training {
  /// The options of the run.
  public let options: TrainingOptions
  let data: TrainingData
  let factors: DistributedFactors
  private let solver: any Solver
  private let trainer: BlockVisitor
  private let tester: BlockVisitor?
  private var step: StepSize
  private let trial: StepTrial?

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
    step = StepSize(
      policy: options.step, initial: initialStep, decay: options.usedStepDecay,
      epochs: options.epochs, undoesRises: options.undoesRises)
    self.trial = trial
  }

  /// The constant in every prediction, 0 where there is none.
  public var mean: Float { factors.start.mean }

  /// The standard deviation of the initial factors.
  public var initialDeviation: Float { factors.start.deviation }

  /// Trains until a stopping rule holds.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - communicator: the ranks that train.
  ///   - progress: called on every rank many times while an epoch is trained, with the epoch and the
  ///     share of it that is done.
  ///   - report: called on every rank with each epoch's record.
  /// - Returns: the record of the last epoch that counts, and why training stopped.
  /// - Throws: `MPIError`, or `TrainingFailure` on all ranks where no step size is small enough.
  public func train(
    _ communicator: borrowing Communicator,
    progress: (@Sendable (_ epoch: Int, _ share: Double) -> Void)? = nil,
    report: (EpochRecord) -> Void
  ) throws -> (last: EpochRecord, reason: StopReason) {
    let begin = MonotonicClock.seconds
    var last = try evaluate(before: planOfEpoch(after: 0), communicator)
    // A good epoch may end worse than the start, by a few times; one that diverges does so by far.
    let largestRMSE = 100 * (last.trainRMSE + data.statistics.rootMeanSquare)
    report(last)
    var undone = 0
    var lastGood = DistributedFactors.Snapshot()
    if options.keepsLastEpoch { factors.copy(into: &lastGood) }
    var epoch = 1
    while epoch <= options.epochs {
      let current = epoch
      if let progress { factors.runner.onProgress = { progress(current, $0) } }
      var record = try trainEpoch(epoch, communicator)
      record.elapsedSeconds = MonotonicClock.seconds - begin
      guard record.isFinite && record.trainRMSE <= largestRMSE else {
        record.isUndone = options.keepsLastEpoch && undone < TrainingFailure.mostRestarts
        report(record)
        guard record.isUndone else {
          throw TrainingFailure(epoch: epoch, stepSize: step.current, restarts: undone)
        }
        undone += 1
        factors.restore(lastGood)
        solver.restart()
        step.restart(shrinkingBy: 0.5)
        continue
      }
      let stands = step.advance(loss: record.loss) { current in
        trial?.bestStep(around: current, after: epoch) ?? current * StepSize.growth
      }
      record.isUndone = !stands
      report(record)
      let reason = try stopReason(record, after: last, communicator)
      if stands {
        last = record
      } else {
        factors.restore(lastGood)
        solver.restart()
      }
      undone = 0
      if let reason { return (last, reason) }
      epoch += 1
      if options.keepsLastEpoch && stands && epoch <= options.epochs {
        factors.copy(into: &lastGood)
      }
    }
    return (last, .epochs)
  }

  /// One epoch of the solver, then the loss.
  ///
  /// Collective.
  private func trainEpoch(
    _ epoch: Int, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochRecord {
    let begin = MonotonicClock.seconds
    let sent = factors.rotation.bytesSent
    let next = planOfEpoch(after: epoch)
    let needsPass = options.usedLossPass == .exact || !solver.knowsRunningErrors
    let work = try solver.train(
      EpochTask(
        number: epoch, stepSize: step.current,
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
      testRMSE: try testRMSE(before: next, communicator), stepSize: step.current)
    record.epochSeconds = seconds
    record.ratingsPerSecond = Double(data.statistics.count) / seconds
    try record.gather(
      work.clocks, lossSeconds: MonotonicClock.seconds - begin - seconds, bytesSent: bytesSent,
      communicator)
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
      testRMSE: try testRMSE(before: next, communicator), stepSize: step.current)
  }

  private func testRMSE(
    before next: EpochPlan?, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Double? {
    guard let tester else { return nil }
    let sums = try errors(tester, before: next, communicator)
    return (sums.squaredError / Double(max(1, data.testCount))).squareRoot()
  }

  /// The order of the epoch after another; nil after the last.
  private func planOfEpoch(after epoch: Int) -> EpochPlan? {
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

  private func stopReason(
    _ record: EpochRecord, after last: EpochRecord, _ communicator: borrowing Communicator
  ) throws(MPIError) -> StopReason? {
    let improvement = (last.loss - record.loss) / last.loss
    if options.tolerance > 0 && improvement >= 0 && improvement < options.tolerance {
      return .converged
    }
    guard let limit = options.timeLimitSeconds else { return nil }
    // Rank 0's clock decides, so that all ranks stop after the same epoch.
    return try communicator.broadcast(record.elapsedSeconds, from: 0) > limit ? .timeLimit : nil
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
