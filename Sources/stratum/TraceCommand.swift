import ArgumentParser
import DistributedFactorization
import Factorization
import MPI

/// `stratum trace`: what any number of ranks would do in an epoch, for a simulator of clusters.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Write what any number of ranks would do in an epoch, for SimGrid to replay.",
    discussion: """
      The data are a file of ratings, a synthetic matrix with --synthetic, or a shape with --shape, as \
      'stratum plan' takes it, of which the ratings of each block are estimated. An amount of \
      computing of 1e9 in the trace is a second of a host of speed 1Gf. 'sh TRACE/replay.sh PLATFORM' \
      replays it; Docs/scaling.md tells how good that is.
      """)

  @Argument(help: "Ratings: text with row, column and value, MatrixMarket, or gzip of these.")
  var ratings: String?

  @Option(help: "Make the ratings instead of reading them, e.g. ratings-like:ratings=1000000.")
  var synthetic: String?

  @Option(help: "Rows x columns x ratings, or a name: no ratings are read or made.")
  var shape: String?

  @Option(name: .shortAndLong, help: "The directory to write the trace to.")
  var output: String?

  @Flag(help: "Replace the trace that stands at --output.")
  var force = false

  @Option(help: "The number of ranks.")
  var ranks = 2

  @Option(help: "Threads of each rank.")
  var threads = 1

  @Option(help: "Row blocks and column blocks of the grid (default: as 'stratum plan' says).")
  var blocks: Int?

  @Option(name: .shortAndLong, help: "The number of epochs.")
  var epochs = 1

  @Option(help: "The seed of every random number.")
  var seed = TrainingOptions().seed

  @Option(help: "The order of the strata.")
  var schedule = TrainingOptions().schedule

  @Flag(inversion: .prefixedNo, help: "Let column blocks travel while others are trained.")
  var overlap = true

  @OptionGroup var machine: MachineOptions
  @OptionGroup(title: "Layout of the ratings file") var format: RatingFormatOptions

  func validate() throws {
    if [ratings, synthetic, shape].compactMap(\.self).count != 1 {
      throw ValidationError("Give one of a file of ratings, --synthetic and --shape.")
    }
    for (name, value) in [("--ranks", ranks), ("--threads", threads), ("--epochs", epochs)]
    where !(1...BlockPartition.maximumBlockCount).contains(value) {
      throw ValidationError("\(name) must be from 1 to \(BlockPartition.maximumBlockCount).")
    }
    if let blocks, !(ranks...BlockPartition.maximumBlockCount).contains(blocks) {
      throw ValidationError(
        "--blocks must be at least --ranks and at most \(BlockPartition.maximumBlockCount).")
    }
  }

  func run() throws {
    onAllRanks { world in
      guard world.size == 1 else {
        throw InputFailure(
          "trace runs in one process: start it without mpirun, and say with --ranks what to trace")
      }
      do {
        try trace(world)
      } catch let error as InputError {
        throw InputFailure(error)
      }
    }
  }

  private func trace(_ world: borrowing Communicator) throws {
    let network = try machine.usedNetwork()
    // Made now, so that a name that cannot be used is refused before ratings are read.
    var pending: PendingDirectory?
    if let output { pending = try PendingDirectory(for: output, of: .trace, replaces: force) }
    let loads = try loads(world)
    var setting = VirtualTraining.Setting(
      ranks: ranks, shape: machine.factorShape, rate: try machine.usedRate(for: loads.shape),
      network: network)
    setting.threads = threads
    setting.schedule = schedule
    setting.seed = seed
    setting.overlaps = overlap
    setting.epochs = epochs
    let training = VirtualTraining(loads, setting)
    if let directory = pending.take() {
      try training.write(to: directory.path)
      try directory.commit()
    }
    show(training.epoch, loads, setting)
  }

  private func show(
    _ epoch: VirtualTraining.Epoch, _ loads: BlockLoads, _ setting: VirtualTraining.Setting
  ) {
    print(
      "\(grouped(loads.total)) ratings in \(loads.blockCount) × \(loads.blockCount) blocks on",
      "\(ranks) ranks × \(threads) threads;",
      "\(significant(setting.rate.updatesPerSecond / 1e6)) million updates a second of a core")
    print(
      "an epoch: \(significant(epoch.sweepSeconds)) s, of these \(significant(epoch.computeSeconds))",
      "computing, and \(significant(epoch.lossSeconds)) s for the loss; a rank sends",
      "\(significant(epoch.bytesSent / 1e6)) MB in \(significant(epoch.messagesSent)) messages")
  }

  private func loads(_ world: borrowing Communicator) throws -> BlockLoads {
    if let shape {
      let shape = try DataShape(shape)
      return BlockLoads(
        estimating: shape, blockCount: try blockCount(rows: shape.rows), seed: seed)
    }
    let source: RatingSource =
      try ratings.map { .file(path: $0, format: format.format) }
      ?? .synthetic(SyntheticMatrix(synthetic ?? ""))
    let ratings = try IndexedRatings(source, testPath: nil, testFraction: 0, seed: seed, world)
    var options = TrainingOptions()
    options.factors = machine.factors
    options.seed = seed
    options.blocks = try blockCount(rows: ratings.rowIdentifiers.count)
    return BlockLoads(try TrainingData(ratings, options: options, world))
  }

  /// What was asked for, or what suits the ranks and threads.
  private func blockCount(rows: Int) throws(InputError) -> Int {
    guard ranks <= rows else {
      throw InputError("\(ranks) ranks need a row each and there are \(rows): give fewer --ranks")
    }
    guard let blocks else { return min(CostModel.blocks(ranks: ranks, threads: threads), rows) }
    guard blocks <= rows else {
      throw InputError(
        "\(blocks) blocks need a row each and there are \(rows): give fewer --blocks")
    }
    return blocks
  }
}
