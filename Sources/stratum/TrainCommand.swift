import ArgumentParser
import DistributedFactorization
import Factorization

/// `stratum train`: ratings in, model out.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn row and column factors from ratings.",
    discussion: """
      Start it with mpirun or srun to train on several ranks, for example
        mpirun -n 4 stratum train ratings.tsv --output model
      With the same --blocks the model is the same bit for bit on any number of ranks and threads.
      """)

  @Argument(help: "Ratings: text with row, column and value, MatrixMarket, or gzip of these.")
  var ratings: String?

  @Option(help: "Make the ratings instead of reading them, e.g. ratings-like:ratings=1000000.")
  var synthetic: String?

  @Option(name: .shortAndLong, help: "The model directory to write (default: RUN-FOLDER/model).")
  var output: String?

  @Option(help: "A folder for what the run leaves: model, log, and manifest.json.")
  var runFolder: String?

  @Flag(help: "Replace the model that stands at --output.")
  var force = false

  @Option(
    help:
      "Write one JSON line an epoch here (default: RUN-FOLDER/log.jsonl, else OUTPUT.log.jsonl).")
  var log: String?

  @Flag(help: "Print no table.")
  var quiet = false

  @Option(help: "Threads of each rank (default: what Slurm or the binding gives).")
  var threads: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Let column blocks travel while others are trained; not to is for measuring.")
  var overlap = true

  @OptionGroup(title: "What to learn") var learning: LearningOptions
  @OptionGroup(title: "Held-out ratings") var heldOut: HeldOutOptions
  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions
  @OptionGroup(title: "Layout of the ratings file") var format: RatingFormatOptions

  /// Where the model goes.
  var modelPath: String { output ?? runFolder.map(RunFolder.model) ?? "" }

  /// Where the training log goes.
  var logPath: String {
    if let log { return log }
    if let runFolder { return RunFolder.log(runFolder) }
    var name = modelPath[...]
    while name.count > 1 && name.hasSuffix("/") { name.removeLast() }
    return name + ".log.jsonl"
  }

  func validate() throws {
    if (ratings == nil) == (synthetic == nil) {
      throw ValidationError("Give either a file of ratings or --synthetic.")
    }
    if output == nil && runFolder == nil {
      throw ValidationError("Give --output, or --run-folder.")
    }
    if synthetic != nil && heldOut.test != nil {
      throw ValidationError("--test goes with a file of ratings: give --test-fraction instead.")
    }
    try checkpoints.validate(learning.solver)
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    if let threads, threads > 1, learning.solver == .sgd {
      throw ValidationError(
        "--threads \(threads) is too many for --solver sgd, which trains on one: leave it out, or take "
          + "--solver dsgd.")
    }
  }

  func run() throws {
    onAllRanks(threading: .serialized) { world in
      try TrainingSession(self, world).run(world)
    }
  }
}

/// Ratings that are not trained on.
struct HeldOutOptions: ParsableArguments {
  @Option(
    help: "A file of test ratings in the layout of the ratings; their RMSE is shown each epoch.")
  var test: String?

  @Option(help: "The share of the ratings to hold out as test ratings, chosen by --seed.")
  var testFraction: Double?

  /// How they are chosen, in the user's words.
  var choice: String {
    if test != nil { return "--test" }
    return testFraction.map { "--test-fraction \($0)" } ?? "none"
  }

  func validate() throws {
    if test != nil && testFraction != nil {
      throw ValidationError("Give either --test or --test-fraction.")
    }
    if let testFraction, !(testFraction > 0 && testFraction < 1) {
      throw ValidationError("--test-fraction must lie between 0 and 1.")
    }
  }
}
