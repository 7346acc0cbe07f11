import DistributedFactorization
import Factorization
import Foundation
import MPI
import SerialReplay
import XCTest

/// A whole run on all ranks, from scattered ratings to the model read back from its directory.
struct TrainedRun {
  let records: [EpochRecord]
  let reason: StopReason
  /// The checkpoint that it went on from.
  private(set) var continuation: Checkpoints.Continuation?
  /// On rank 0.
  private(set) var model: Model?
  let replayProblem: SerialReplay.Problem
  /// Tries steps on the sample from the beginning, as the run did.
  let trial: () -> StepTrial

  init(
    _ sample: SkewedRatings, options: TrainingOptions, initialStep: Double, threads: Int,
    checkpoints: Checkpoints? = nil, _ world: borrowing Communicator
  ) throws {
    let ratings = sample.share(ofRank: world.rank, of: world.size)
    let stepSample = try StepSample(ratings, seed: options.seed, world)
    let data = try TrainingData(ratings, options: options, world)
    let statistics = data.statistics
    trial = { StepTrial(stepSample, statistics, options: options) }
    let training = try Training(
      world, data: data, options: options, initialStep: initialStep, trial: trial(),
      threads: threads)
    var records: [EpochRecord] = []
    if let checkpoints {
      let settings = try CheckpointSettings(
        options, data, initialStep: initialStep, heldOut: "none",
        identifiers: (.integers([]), .integers([])), world)
      continuation = try checkpoints.resume(training, settings, world)
    }
    (_, reason) = try training.train(world, checkpoints: checkpoints) { records.append($0) }
    self.records = records

    let expected = Self.expectedPrediction(data.statistics, options.loss)
    let center = options.hasGlobalMean ? 0 : expected
    let each = (abs(center) / Float(options.factors)).squareRoot()
    var problem = SerialReplay.Problem(
      ratings: sample.ratings, rows: sample.rows, columns: sample.columns, blocks: options.blocks,
      factors: options.factors, hasBiases: options.hasBiases, loss: options.loss,
      regularization: options.regularization,
      schedule: options.schedule, seed: options.seed,
      mean: options.hasGlobalMean ? expected : 0, center: (each, center < 0 ? -each : each),
      deviation: training.initialDeviation, tileBytes: options.tileBytes)
    problem.pointOrder = options.pointOrder
    if options.usesAdaGrad {
      problem.adaGradDeviation = Float(
        Self.variance(data.statistics, options.loss).squareRoot())
    }
    replayProblem = problem
    try write(training, data, options, world)
  }

  /// The prediction of the mean of the ratings, or of all cells.
  private static func expectedPrediction(
    _ statistics: RatingStatistics, _ loss: any Loss
  ) -> Float {
    let share = loss.densePart == nil ? 1 : Double(statistics.count) / statistics.cells
    if loss.link == .preference { return Float(share) }
    return loss.link.prediction(
      ofMean: loss.link.observation(Float(share * statistics.mean)))
  }

  private static func variance(_ statistics: RatingStatistics, _ loss: any Loss) -> Double {
    let share = Double(statistics.count) / statistics.cells
    if loss.link == .preference { return share - share * share }
    if loss.link != .identity { return 1 }
    if loss.densePart == nil { return statistics.variance }
    let square = share * (statistics.variance + statistics.mean * statistics.mean)
    return square - (share * statistics.mean) * (share * statistics.mean)
  }

  /// Writes the model to a directory that all ranks agree on, and reads it on rank 0.
  private mutating func write(
    _ training: Training, _ data: TrainingData, _ options: TrainingOptions,
    _ world: borrowing Communicator
  ) throws {
    let unique = try world.broadcast(UInt64.random(in: 0 ... .max), from: 0)
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("stratum-theorem-\(unique)").path
    let description = ModelDescription(
      stratumVersion: "test", rows: data.rowDegrees.count, columns: data.columnDegrees.count,
      factors: options.factors, hasBiases: options.hasBiases,
      globalMean: options.hasGlobalMean ? data.statistics.mean : nil,
      ratings: ModelDescription.Ratings(
        count: data.statistics.count, mean: data.statistics.mean, minimum: 1, maximum: 5),
      clip: false,
      training: ModelDescription.Training(
        loss: options.loss.name, regularization: options.regularization,
        step: ModelDescription.Step(policy: options.step.rawValue, initialSize: 0.02),
        schedule: options.schedule.rawValue, blocks: options.blocks, tileBytes: options.tileBytes,
        seed: options.seed, initialDeviation: 0, lossPass: options.usedLossPass.rawValue,
        epochs: options.epochs, tolerance: 0, rollsBack: true),
      result: ModelDescription.Result(
        epochs: options.epochs, stopReason: reason.rawValue, loss: 0, trainRMSE: 0))
    let identifiers = { (count: Int) in Identifiers.integers((0..<Int64(count)).map { $0 }) }
    try training.write(
      to: directory, replacesModel: false, description: description,
      rowIdentifiers: identifiers(data.rowDegrees.count),
      columnIdentifiers: identifiers(data.columnDegrees.count), world)
    if world.rank == 0 {
      model = try Model(directory: directory)
      try FileManager.default.removeItem(atPath: directory)
    }
  }
}

extension TrainedRun {
  /// Asserts that losses, numbers or not, and on rank 0 models are those of another run, bit for bit.
  func assertSameBits(
    as expected: TrainedRun, file: StaticString = #filePath, line: UInt = #line
  ) {
    for quantity in [\EpochRecord.loss, \.trainRMSE] {
      XCTAssertEqual(
        records.map { $0[keyPath: quantity].orInfinity },
        expected.records.map { $0[keyPath: quantity].orInfinity }, file: file, line: line)
    }
    guard let model, let other = expected.model else { return }
    XCTAssertEqual(model.rowFactors, other.rowFactors, file: file, line: line)
    XCTAssertEqual(model.columnFactors, other.columnFactors, file: file, line: line)
    XCTAssertEqual(model.rowBiases, other.rowBiases, file: file, line: line)
    XCTAssertEqual(model.columnBiases, other.columnBiases, file: file, line: line)
  }
}

extension Double {
  /// What is no number equals nothing, not even itself.
  fileprivate var orInfinity: Double { isNaN ? .infinity : self }
}

extension TrainingOptions {
  /// Options with which every λ is another, and small blocks have several tiles.
  static func small(factors: Int, epochs: Int) -> TrainingOptions {
    var options = TrainingOptions()
    options.factors = factors
    options.epochs = epochs
    options.blocks = 12
    options.seed = 5
    options.regularization = Regularization(
      rows: 0.05, columns: 0.02, rowBiases: 0.01, columnBiases: 0.03, isWeighted: true)
    options.tileBytes = 4 << 10
    return options
  }
}
