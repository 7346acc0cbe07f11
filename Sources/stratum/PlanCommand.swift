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

  @Option(help: "GiB of memory of a node (default: whatever is needed).")
  var memory: Double?

  func validate() throws {
    if nodes < 1 || nodes > 1 << 20 { throw ValidationError("--nodes must be from 1 to 1048576.") }
    if cores < 1 || cores > 1024 { throw ValidationError("--cores must be from 1 to 1024.") }
    if let memory, memory <= 0 { throw ValidationError("--memory must be more than zero.") }
  }

  func run() throws {
    let shape = try DataShape(shape)
    let model = CostModel(
      shape: shape, factors: machine.factorShape, network: try machine.usedNetwork(),
      rate: try machine.usedRate())
    print(
      "\(grouped(shape.ratings)) ratings of \(grouped(shape.rows)) rows and",
      "\(grouped(shape.columns)) columns, k = \(machine.factors);", machine.sentence(model))
    print("a rank a node, \(cores) threads each; seconds an epoch")
    let ranks = sequence(first: 1) { $0 * 2 }.prefix { $0 < nodes } + [nodes]
    let predictions = ranks.filter { $0 <= shape.rows }.map {
      model.prediction(ranks: $0, threads: cores)
    }
    PlanTable(memoryBytes: memory.map { $0 * 0x1p30 }).show(predictions)
    advise(model, predictions)
  }

  private func advise(_ model: CostModel, _ predictions: [CostModel.Prediction]) {
    let limit = memory.map { $0 * 0x1p30 } ?? .infinity
    let useful = predictions.filter { $0.memoryBytes <= limit }
    guard let smallest = useful.first else {
      print("no number of nodes up to \(nodes) has the memory: give more nodes")
      return
    }
    let best = useful.last { $0.efficiency >= 0.5 } ?? smallest
    print(
      "recommended: \(best.ranks) \(best.ranks == 1 ? "rank" : "ranks") × \(best.threads) threads,",
      "--blocks \(best.blocks): \(significant(best.epochSeconds)) s an epoch,",
      "\(significant(best.memoryBytes / 0x1p30)) GiB a node")
    let most = 1 << 20
    let largest = model.largestUsefulRanks(threads: cores, limit: most)
    let fastest = model.fastestRanks(threads: cores, limit: most)
    print(
      "of powers of two: up to \(grouped(largest)) nodes half of the cores' time is of use,",
      "and from \(grouped(fastest)) on more make no epoch shorter")
  }
}

/// The options that describe what a run is planned or simulated for.
struct MachineOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The length of the factor vectors.")
  var factors = TrainingOptions().factors

  @Option(help: "The network: 1gbit, 10gbit or 100gbit.")
  var network = "10gbit"

  @Option(help: "Microseconds that any message takes (default: the network's).")
  var latency: Double?

  @Option(help: "Megabytes a second of a node's link, each way (default: the network's).")
  var bandwidth: Double?

  @Option(
    help: "Million updates a second of one core (default: measured here and now, for a second).")
  var rate: Double?

  func validate() throws {
    guard (1...FactorShape.maximumFactors).contains(factors) else {
      throw ValidationError("--factors must be from 1 to \(FactorShape.maximumFactors).")
    }
    if let latency, !(latency >= 0) { throw ValidationError("--latency must be zero or more.") }
    for (name, value) in [("--bandwidth", bandwidth), ("--rate", rate)] {
      if let value, !(value > 0) { throw ValidationError("\(name) must be more than zero.") }
    }
  }

  /// The layout of the factors, with biases as `train` has them.
  var factorShape: FactorShape { FactorShape(factors: factors, hasBiases: true) }

  func usedNetwork() throws(InputError) -> Network {
    var network = try Network(named: network)
    if let latency { network.latencySeconds = latency * 1e-6 }
    if let bandwidth { network.bytesPerSecond = bandwidth * 1e6 }
    return network
  }

  func usedRate() throws(InputError) -> UpdateRate {
    if let rate { return UpdateRate(updatesPerSecond: rate * 1e6) }
    return try .measured(factors: factors)
  }

  /// What a prediction is based on.
  func sentence(_ model: CostModel) -> String {
    let network = model.network
    return "\(significant(network.latencySeconds * 1e6)) µs and "
      + "\(significant(network.bytesPerSecond / 1e6)) MB/s a link, "
      + "\(significant(model.rate.updatesPerSecond / 1e6)) million updates a second of a core"
      + (rate == nil ? ", measured here" : "")
  }
}

/// The table of a plan.
private struct PlanTable {
  /// The memory of a node, where it is limited.
  let memoryBytes: Double?

  func show(_ predictions: [CostModel.Prediction]) {
    print(
      "nodes", "blocks", " compute", " exposed", "    loss", "   epoch", "efficiency",
      "MB sent", "GiB a node", separator: "  ")
    for prediction in predictions {
      let isTooLarge = prediction.memoryBytes > memoryBytes ?? .infinity
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
      print(cells.joined(separator: "  ") + (isTooLarge ? "  too much" : ""))
    }
  }
}
