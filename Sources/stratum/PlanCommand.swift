import ArgumentParser
import DistributedFactorization
import Factorization

/// `stratum plan`: how many nodes training is worth, before any is asked for.
struct PlanCommand: SingleProcessCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say how long an epoch would take on how many nodes, and how many are worth it.",
    discussion: """
      A shape is rows x columns x ratings, such as 480189x17770x100480507, or one of netflix, yahoo, \
      hugewiki and paper. One rank is planned for each node, with a thread for each core. \
      Docs/scaling.md has the model.
      """)

  @Argument(help: "The shape of the ratings.")
  var shape: String

  @OptionGroup var machine: MachineOptions

  @Option(help: "The most nodes to plan with.")
  var nodes = 64

  @Option(help: "Cores of a node.")
  var cores = 32

  @Option(
    help: ArgumentHelp(
      "GiB of memory of a node (default: whatever is needed).", valueName: "GiB"))
  var memory: Double?

  func validate() throws {
    guard (1...BlockPartition.maximumBlockCount).contains(nodes) else {
      throw ValidationError("--nodes must be from 1 to \(BlockPartition.maximumBlockCount).")
    }
    if cores < 1 || cores > 1024 { throw ValidationError("--cores must be from 1 to 1024.") }
    if let memory, memory <= 0 { throw ValidationError("--memory must be more than zero.") }
  }

  func run() throws {
    let shape = try DataShape(shape)
    let model = CostModel(
      shape: shape, factors: machine.factorShape, network: try machine.usedNetwork(),
      rate: try machine.usedRate(for: shape))
    print(
      "\(grouped(shape.ratings)) ratings of \(grouped(shape.rows)) rows and",
      "\(grouped(shape.columns)) columns, k = \(machine.factors);", machine.sentence(model))
    print("a rank a node, \(cores) threads each; seconds an epoch")
    let ranks = sequence(first: 1) { $0 * 2 }.prefix { $0 < nodes } + [nodes]
    let predictions = ranks.filter { $0 <= model.mostRanks }.map {
      model.prediction(ranks: $0, threads: cores)
    }
    show(predictions)
    try advise(model, predictions)
  }

  private func hasMemory(for prediction: CostModel.Prediction) -> Bool {
    prediction.memoryBytes <= memory.map { $0 * 0x1p30 } ?? .infinity
  }

  private func advise(
    _ model: CostModel, _ predictions: [CostModel.Prediction]
  ) throws(InputError) {
    let possible = predictions.filter(hasMemory)
    guard let smallest = possible.first else { throw lackOfMemory(model) }
    let worthwhile = possible.last(where: \.isWorthwhile)
    let best = worthwhile ?? smallest
    print(
      "recommended: \(best.ranks) \(best.ranks == 1 ? "rank" : "ranks") × \(best.threads) threads,",
      "--blocks \(best.blocks): \(significant(best.epochSeconds)) s an epoch,",
      "\(significant(best.memoryBytes / 0x1p30)) GiB a node"
        + (worthwhile == nil && best.ranks > 1 ? " (the fewest with enough memory)" : ""))
    let largest = model.largestUsefulRanks(threads: cores)
    let fastest = model.fastestRanks(threads: cores)
    print(
      "of powers of two: up to \(grouped(largest)) nodes half of the cores' time is of use,",
      "and from \(grouped(fastest)) on more make no epoch shorter")
  }

  /// The sentence where not even the most nodes have the memory.
  private func lackOfMemory(_ model: CostModel) -> InputError {
    let counts = sequence(first: 1) { $0 * 2 }.prefix { $0 < model.mostRanks } + [model.mostRanks]
    let predictions = counts.map { model.prediction(ranks: $0, threads: cores) }
    if let enough = predictions.first(where: hasMemory) {
      return InputError(
        "no number of nodes up to \(nodes) has the memory: give --nodes \(enough.ranks)")
    }
    let floor = predictions.map(\.memoryBytes).min() ?? 0
    return InputError(
      "each node needs at least \(significant(floor / 0x1p30)) GiB, however many there are, "
        + "of which all rows' and columns' ids are a part: give more --memory")
  }

  private func show(_ predictions: [CostModel.Prediction]) {
    print(
      "nodes", "blocks", " compute", " exposed", "    loss", "   epoch", "efficiency",
      "MB sent", "GiB a node", separator: "  ")
    for prediction in predictions {
      let cells = [
        padded(String(prediction.ranks), 5), padded(String(prediction.blocks), 6),
        padded(significant(prediction.computeSeconds), 8),
        padded(significant(prediction.exposedSeconds), 8),
        padded(significant(prediction.lossSeconds), 8),
        padded(significant(prediction.epochSeconds), 8),
        padded(fixed(100 * prediction.efficiency, 0) + " %", 10),
        padded(significant(prediction.bytesSent / 1e6), 7),
        padded(significant(prediction.memoryBytes / 0x1p30), 10),
      ]
      print(cells.joined(separator: "  ") + (hasMemory(for: prediction) ? "" : "  too much"))
    }
  }
}
