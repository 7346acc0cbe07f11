import DistributedFactorization
import Factorization

extension ModelDescription {
  /// Describes a run of the command.
  ///
  /// Nothing that depends on ranks, threads or time goes in, so that the file is the same for all of
  /// them.
  init(
    _ command: TrainCommand, _ options: TrainingOptions, _ data: TrainingData,
    mean: Float, initialStep: Double, initialDeviation: Float, epochs: Int, reason: StopReason,
    result: EpochRecord
  ) {
    let statistics = data.statistics
    var ratings = Ratings(
      count: statistics.count, mean: statistics.mean, minimum: Double(statistics.minimum),
      maximum: Double(statistics.maximum))
    ratings.path = command.ratings
    ratings.format = command.ratings == nil ? nil : command.format.values
    ratings.synthetic = command.synthetic
    ratings.testPath = command.heldOut.test
    ratings.testFraction = command.heldOut.testFraction
    self.init(
      stratumVersion: Stratum.configuration.version, rows: data.rowDegrees.count,
      columns: data.columnDegrees.count, factors: options.factors, hasBiases: options.hasBiases,
      globalMean: options.hasGlobalMean ? Double(mean) : nil,
      ratings: ratings, clip: options.isClipped,
      training: Training(
        loss: options.loss.name,
        lossParameters: options.loss.parameters.isEmpty ? nil : options.loss.parameters,
        regularization: options.regularization,
        step: Step(
          policy: options.step.rawValue, initialSize: initialStep,
          undoesRises: options.undoesRises, usesAdaGrad: options.usesAdaGrad,
          parameters: options.usedStepDecay.map { ["decay": $0] } ?? [:]),
        schedule: options.schedule.rawValue, pointOrder: options.pointOrder.rawValue,
        blocks: options.blocks,
        tileBytes: options.tileBytes, seed: options.seed,
        initialDeviation: Double(initialDeviation), wire: options.wire.rawValue,
        lossPass: options.usedLossPass.rawValue,
        epochs: options.epochs, tolerance: options.tolerance,
        timeLimitSeconds: options.timeLimitSeconds, rollsBack: options.keepsLastEpoch),
      result: Result(
        epochs: epochs, stopReason: reason.rawValue, loss: result.loss,
        trainRMSE: result.trainRMSE, testRMSE: result.testRMSE),
      options: command.learning.values)
  }
}
