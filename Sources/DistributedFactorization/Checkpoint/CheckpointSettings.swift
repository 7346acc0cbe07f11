import Factorization
import MPI

/// What two runs must have in common for one to go on from the other's checkpoints bit for bit, in a user's words.
///
/// Ranks and threads are not among it, nor what decides only when training ends.
public struct CheckpointSettings: Codable, Sendable, Equatable {
  /// A name and a value.
  struct Setting: Codable, Sendable, Equatable {
    let name: String
    let value: String
  }

  /// In the order in which they are compared: what is given before what follows from it.
  private var settings: [Setting] = []

  /// The number of row blocks, which decides how a checkpoint is read.
  let blocks: Int

  /// Describes a run.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - options: its options, complete.
  ///   - data: its ratings.
  ///   - initialStep: ε₀.
  ///   - heldOut: how test ratings were chosen.
  ///   - identifiers: all rows' and columns' identifiers.
  ///   - communicator: the ranks that train.
  /// - Throws: `MPIError`.
  public init(
    _ options: TrainingOptions, _ data: TrainingData, initialStep: Double, heldOut: String,
    identifiers: (rows: Identifiers, columns: Identifiers), _ communicator: borrowing Communicator
  ) throws(MPIError) {
    blocks = options.blocks
    add(method: options)
    add("test ratings chosen by", heldOut)
    try add(data, communicator)
    // The same on all ranks, and long.
    let checksums =
      communicator.rank == 0
      ? [identifiers.rows, identifiers.columns].map { Factorization.checksum($0.importedBytes) }
      : []
    add("identifiers", checksums.map(\.hexadecimal).joined(separator: " "))
    add(penalties: options.regularization)
    add("--initial-step", initialStep)
    if options.needsEpochs { add("--epochs", options.epochs) }
  }

  /// The first difference from the run that a checkpoint is of; nil where there is none.
  ///
  /// Does not communicate; on rank 0 only it has all that is compared.
  ///
  /// - Parameter saved: the settings of that run.
  /// - Returns: the name of what differs, and both values.
  func difference(from saved: CheckpointSettings) -> (name: String, own: String, saved: String)? {
    for setting in settings {
      let other = saved.settings.first { $0.name == setting.name }?.value ?? "none"
      if other != setting.value { return (setting.name, setting.value, other) }
    }
    return nil
  }

  private mutating func add(_ name: String, _ value: some CustomStringConvertible) {
    settings.append(Setting(name: name, value: "\(value)"))
  }

  private mutating func add(_ name: String, _ isOn: Bool) { add(name, isOn ? "on" : "off") }

  private mutating func add(method options: TrainingOptions) {
    add("--solver", options.solver.rawValue)
    add("--factors", options.factors)
    add("--blocks", options.blocks)
    add("--seed", options.seed)
    let parameters = options.loss.parameters.sorted { $0.key < $1.key }
    add("--loss", ([options.loss.name] + parameters.map { "\($0) \($1)" }).joined(separator: ", "))
    add("--biases", options.hasBiases)
    add("--global-mean", options.hasGlobalMean)
    add("--adagrad", options.usesAdaGrad)
    add("--step", options.step.rawValue)
    add("--step-decay", options.usedStepDecay.map { "\($0)" } ?? "none")
    add("--undo-rises", options.undoesRises)
    add("--schedule", options.schedule.rawValue)
    add("--point-order", options.pointOrder.rawValue)
    add("--wire", options.wire.rawValue)
    add("--loss-pass", options.usedLossPass.rawValue)
    add("--tile-kib", options.tileBytes >> 10)
    add("--roll-back", options.keepsLastEpoch)
    add("--clip", options.isClipped)
  }

  private mutating func add(penalties: Regularization) {
    add("--weighted", penalties.isWeighted)
    add("--regularization or --row-regularization", penalties.rows)
    add("--regularization or --column-regularization", penalties.columns)
    add("--bias-regularization", "\(penalties.rowBiases), \(penalties.columnBiases)")
    add("--l1", penalties.absolute)
    add("--non-negative or --reflect", penalties.constraint.rawValue)
  }

  private mutating func add(
    _ data: TrainingData, _ communicator: borrowing Communicator
  ) throws(MPIError) {
    let size = "\(data.rowDegrees.count) × \(data.columnDegrees.count)"
    let training = try data.checksum(of: data.training, communicator)
    add(
      "ratings to train on",
      "\(data.statistics.count) of \(size) (checksum \(training.hexadecimal))")
    let test = try data.checksum(of: data.test, communicator)
    add("test ratings", "\(data.testCount) (checksum \(test.hexadecimal))")
  }
}

extension TrainingOptions {
  /// Whether the steps of all epochs depend on the number of epochs.
  var needsEpochs: Bool { solver.hasStepSize && step == .polynomial }
}

extension TrainingData {
  /// A checksum of all ranks' ratings of one kind and of their places in the grid, the same for any number of ranks.
  ///
  /// Collective.
  fileprivate func checksum(
    of blocks: RatingBlocks?, _ communicator: borrowing Communicator
  ) throws(MPIError) -> UInt32 {
    var checksums = [UInt32](repeating: 0, count: grid.blockCount)
    if let blocks {
      for block in rowBlocks { checksums[block] = blocks.checksum(ofRowBlock: block) }
    }
    // Each is filled in by one rank.
    return try communicator.allReduce(checksums, .sum)
      .withUnsafeBytes { Factorization.checksum($0) }
  }
}
