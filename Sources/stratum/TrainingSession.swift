import DistributedFactorization
import Factorization
import MPI

/// One run of `stratum train`, as phases: check, read, distribute, find the first step, train, write.
struct TrainingSession {
  private let command: TrainCommand
  private let threads: Int
  private let source: RatingSource
  private let checkpoints: Checkpoints?
  /// On rank 0, where there is one.
  private let runFolder: RunFolder?

  /// Checks what can be checked before any rating is read.
  ///
  /// Collective.
  init(_ command: TrainCommand, _ world: borrowing Communicator) throws {
    self.command = command
    try world.undoUnaskedBinding()
    // Sequential SGD is on one thread, wherever it runs.
    threads = try command.threads ?? (command.learning.solver == .sgd ? 1 : world.defaultThreads())
    // Known now, and not after hours of training.
    runFolder = try world.agree { () throws(InputError) in
      world.rank == 0 ? try command.runFolder.map(RunFolder.init) : nil
    }
    try Training.checkOutput(command.modelPath, replacesModel: command.force, world)
    source = try world.agree { () throws(InputError) in
      if world.rank == 0 { try TrainingLog.check(command) }
      if let path = command.ratings {
        return .file(path: path, format: command.format.format)
      }
      return .synthetic(try SyntheticMatrix(command.synthetic ?? ""))
    }
    checkpoints = try command.checkpoints.open(beside: command.modelPath, world)
  }

  /// Runs all phases.
  ///
  /// Collective.
  func run(_ world: borrowing Communicator) throws {
    var clock = PhaseClock()
    let placement = try Placement.gather(threads: threads, world)
    let ratings = try IndexedRatings(
      source, testPath: command.heldOut.test,
      testFraction: command.heldOut.testFraction ?? 0, seed: command.learning.seed, world)
    // Now that the files are known to be good.
    try describe(placement, world)
    clock.end("reading")
    let identifiers = (rows: ratings.rowIdentifiers, columns: ratings.columnIdentifiers)
    let blocks = try blockCount(ratings, world)
    var options = command.learning.trainingOptions(blocks: blocks)
    options.overlaps = command.overlap
    let unknown = ratings.unknownTestCount
    let noiseFloor = ratings.noiseFloor
    let sample = try StepSample(ratings, seed: options.seed, world)
    let data = try TrainingData(ratings, options: options, world)
    try command.learning.validate(data.statistics, options.loss)
    if let test = try data.testStatistics(world), let refusal = test.refusal(by: options.loss) {
      throw InputFailure(
        InputError("\(refusal): give test ratings with such values", file: command.heldOut.test))
    }
    command.learning.complete(&options, for: data)
    clock.end("distributing")

    let initialStep =
      options.initialStep
      ?? (options.solver.hasStepSize ? sample.bestStep(data.statistics, options: options) : 0)
    let trial =
      options.step == .automatic ? StepTrial(sample, data.statistics, options: options) : nil
    clock.end("finding the first step")
    let training = try Training(
      world, data: data, options: options, initialStep: initialStep, trial: trial, threads: threads)
    try resume(training, initialStep: initialStep, identifiers, world)
    let table = try EpochTable(command, world)
    table.begin(data, options, placement, threads: threads, unknownTestRatings: unknown)
    let (last, reason) = try training.train(
      world, checkpoints: checkpoints, progress: table.progress
    ) { table.add($0) }
    clock.end("training")
    let result = try training.evaluate(world)
    try training.write(
      to: command.modelPath, replacesModel: command.force,
      description: ModelDescription(
        command, options, data, mean: training.mean, initialStep: initialStep,
        initialDeviation: training.initialDeviation, epochs: last.epoch, reason: reason,
        result: result),
      rowIdentifiers: identifiers.rows, columnIdentifiers: identifiers.columns, world)
    clock.end("writing")
    let memory = try world.allReduce(ProcessStatus.peakMemoryBytes, .maximum)
    table.end(
      result, reason: reason, noiseFloor: noiseFloor?.rmse, clock: clock, peakBytes: memory,
      model: command.modelPath)
    if try training.hasOnlyZeros(world), world.rank == 0 {
      Stratum.say(
        "the factors of all rows or of all columns ended at zero, so that predictions do not depend on "
          + "them: give a smaller --l1 or --regularization")
    }
  }

  /// The number of blocks: what the user says, or 16, or two for each thread of all ranks if that is
  /// more; no more than there are rows, no fewer than there are ranks.
  private func blockCount(
    _ ratings: borrowing IndexedRatings, _ world: borrowing Communicator
  ) throws -> Int {
    let rows = ratings.rowIdentifiers.count
    guard world.size <= rows else {
      throw InputFailure(
        "there are \(world.size) ranks and only \(rows) rows: start at most \(rows) ranks")
    }
    let count = try world.allReduce(ratings.training.count, .sum)
    // Blocks² of the grid have a place in memory each: no more of them than there are ratings.
    let most = min(
      max(1024, Int(Double(count).squareRoot())), BlockPartition.maximumBlockCount)
    if command.learning.solver == .sgd { return try blockOfSequential(world) }
    if command.learning.blocks == nil, let blocks = checkpoints?.blocks {
      guard blocks >= world.size else {
        throw InputFailure(
          "the run that --checkpoint has checkpoints of has \(blocks) blocks, too few for \(world.size)"
            + " ranks: start at most \(blocks) ranks")
      }
      return blocks
    }
    if let blocks = command.learning.blocks {
      guard blocks >= world.size else {
        throw InputFailure(
          "--blocks \(blocks) is too few for \(world.size) ranks: give at least \(world.size)")
      }
      guard blocks <= most else {
        throw InputFailure(
          "--blocks \(blocks) is too many for \(count) ratings: give at most \(most)")
      }
      return blocks
    }
    let workers = try world.allReduce(threads, .sum)
    return max(min(max(16, 2 * workers), rows, most), world.size)
  }
}

extension TrainingSession {
  /// Lets training go on from a checkpoint if there is one, and tells the user.
  private func resume(
    _ training: Training, initialStep: Double,
    _ identifiers: (rows: Identifiers, columns: Identifiers), _ world: borrowing Communicator
  ) throws {
    guard let checkpoints else { return }
    let settings = try CheckpointSettings(
      training.options, training.data, initialStep: initialStep,
      heldOut: command.heldOut.choice, identifiers: identifiers, world)
    guard let found = try checkpoints.resume(training, settings, world), world.rank == 0 else {
      return
    }
    for warning in found.warnings { Stratum.say("\(warning): the one before it is used") }
    Stratum.say(
      "continues after epoch \(found.epoch) of \(training.options.epochs) from \(found.path)")
  }

  /// Writes the manifest where there is a folder for it.
  private func describe(_ placement: Placement?, _ world: borrowing Communicator) throws {
    guard command.runFolder != nil else { return }
    let manifest = try RunManifest(command, placement, world)
    try world.agree { () throws(InputError) in try runFolder?.write(manifest.values) }
  }

  /// The one block of sequential SGD.
  private func blockOfSequential(_ world: borrowing Communicator) throws -> Int {
    guard world.size == 1 else {
      throw InputFailure(
        "--solver sgd trains on one rank: start it without mpirun, or take --solver dsgd")
    }
    return 1
  }
}

/// How long each phase of the run took.
struct PhaseClock {
  private(set) var phases: [(name: String, seconds: Double)] = []
  private var last = MonotonicClock.seconds

  /// Ends the current phase and starts the next.
  mutating func end(_ name: String) {
    let now = MonotonicClock.seconds
    phases.append((name, now - last))
    last = now
  }
}
