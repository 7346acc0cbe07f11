import ArgumentParser
import Factorization

/// The options of `train` that go with some losses, and those on what factors may be.
struct LossOptions: ParsableArguments {
  @Option(help: "The error from which --loss huber is linear (default: 1).")
  var huberBend: Double?

  @Option(help: "What an absent cell counts in --loss squared-all (default: 1).")
  var absentWeight: Double?

  @Option(help: "How much surer a value makes in --loss implicit (default: 1).")
  var confidence: Double?

  @Option(help: "λ₁, the weight of the penalty on the factors' absolute values.")
  var l1 = 0.0

  @Flag(help: "Let no factor be negative.")
  var nonNegative = false

  @Flag(help: "Let steps below 0 end at the absolute value, not at 0, where no factor is negative.")
  var reflect = false

  /// The loss of a kind.
  func loss(_ kind: LossKind) -> any Loss {
    var parameters = LossKind.Parameters()
    if let huberBend { parameters.huberBend = Float(huberBend) }
    if let absentWeight { parameters.absentWeight = Float(absentWeight) }
    if let confidence { parameters.confidence = Float(confidence) }
    return kind.loss(parameters)
  }

  /// Whether predictions may be more than w·h.
  func allowBiases(with kind: LossKind) -> Bool { loss(kind).allowsBiases && !nonNegative }

  /// What factors may be.
  var constraint: Constraint { reflect ? .reflected : nonNegative ? .projected : .none }

  /// Checks what goes together.
  func validate(for kind: LossKind, biases: Bool?, globalMean: Bool?) throws {
    let loss = loss(kind)
    let name = "--loss \(kind.rawValue)"
    if huberBend != nil && kind != .huber {
      throw ValidationError("--huber-bend goes with --loss huber, not with \(name).")
    }
    if absentWeight != nil && kind != .squaredAll {
      throw ValidationError("--absent-weight goes with --loss squared-all, not with \(name).")
    }
    if confidence != nil && kind != .implicit {
      throw ValidationError("--confidence goes with --loss implicit, not with \(name).")
    }
    if nonNegative && [.logistic, .exponential].contains(loss.link) {
      throw ValidationError(
        "--non-negative does not go with \(name): its predictions are logarithms.")
    }
    if reflect && !nonNegative && !type(of: loss).isNonNegative {
      throw ValidationError("--reflect goes with --non-negative or --loss gkl.")
    }
    for (option, value) in [("--biases", biases), ("--global-mean", globalMean)] {
      guard value == true, !allowBiases(with: kind) else { continue }
      throw ValidationError(
        "\(option) does not go with \(nonNegative ? "--non-negative" : name): predictions there are w·h "
          + "alone.")
    }
  }
}
