import ArgumentParser
import DistributedFactorization
import Factorization

/// The options that describe what a run is planned or simulated for.
struct MachineOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The length of the factor vectors.")
  var factors = TrainingOptions().factors

  @Option(help: "The nominal rate of the network, such as 10gbit or 500mbit.")
  var network = "10gbit"

  @Option(
    help: ArgumentHelp(
      "Microseconds that any message takes (default: the network's).", valueName: "microseconds"))
  var latency: Double?

  @Option(
    help: ArgumentHelp(
      "Megabytes a second of a node's link, each way (default: the network's).", valueName: "MB/s"))
  var bandwidth: Double?

  @Option(
    help: ArgumentHelp(
      "Million updates a second of one core (default: measured here and now, for a second).",
      valueName: "millions"))
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
    var network = try Network(network)
    if let latency { network.latencySeconds = latency * 1e-6 }
    if let bandwidth { network.bytesPerSecond = bandwidth * 1e6 }
    return network
  }

  func usedRate(for shape: DataShape) throws(InputError) -> UpdateRate {
    if let rate { return UpdateRate(updatesPerSecond: rate * 1e6) }
    return try .measured(factors: factors, for: shape)
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
