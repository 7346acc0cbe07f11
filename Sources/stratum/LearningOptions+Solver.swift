import ArgumentParser
import DistributedFactorization
import Factorization

extension LearningOptions {
  /// Refuses options that mean nothing to the solver.
  func validateSolver() throws {
    let standard = TrainingOptions()
    let wire = ("--wire", wire != standard.wire)
    let schedule = ("--schedule", schedule != standard.schedule)
    let steps = [
      ("--step", step != standard.step), ("--initial-step", initialStep != nil),
      ("--step-decay", stepDecay != nil), ("--adagrad", usesAdaGrad),
      schedule, ("--point-order", pointOrder != standard.pointOrder), ("--undo-rises", undoRises),
      // Without steps there is none to take smaller, and so nothing to go back to.
      ("--no-roll-back", !rollBack),
    ]
    let tile = ("--tile-kib", tileKib != standard.tileBytes >> 10)
    let running = ("--loss-pass running", lossPass == .running)
    let kind = ("--loss \(loss.rawValue)", !solver.minimizes(losses.loss(loss)))
    let reflect = ("--reflect", losses.reflect)
    // What has no gradient.
    let bends = [("--l1", losses.l1 > 0), ("--non-negative", losses.nonNegative), reflect]
    let refused: [(name: String, isGiven: Bool)] =
      switch solver {
      case .dsgd: []
      case .sgd: [schedule, wire, tile, ("--blocks \(blocks ?? 1)", blocks ?? 1 != 1)]
      case .ccd: steps + [wire, kind, reflect]
      case .multiplicative: steps + [wire, kind, reflect, running]
      case .psgd: [wire, kind, running]
      case .als: steps + [wire, kind, running] + bends
      case .lbfgs: steps + [wire, kind] + bends
      }
    for option in refused where option.isGiven {
      throw ValidationError(
        "\(option.name) means nothing to --solver \(solver.rawValue): leave it out, or take --solver dsgd."
      )
    }
    if solver == .multiplicative && !losses.nonNegative && loss != .gkl {
      throw ValidationError(
        "--solver multiplicative is for factors that are not negative: give --non-negative.")
    }
  }

  /// Refuses options that mean nothing beside others.
  func validateCombinations() throws {
    if stepDecay != nil && step.defaultDecay(isAdaptive: usesAdaGrad) == nil {
      throw ValidationError("--step-decay means nothing to --step \(step.rawValue): leave it out.")
    }
    if biasRegularization != nil && !(biases ?? losses.allowBiases(with: loss)) {
      throw ValidationError("--bias-regularization means nothing without biases: leave it out.")
    }
    if clip == true && [.logistic, .preference].contains(losses.loss(loss).link) {
      throw ValidationError(
        "--clip does not go with --loss \(loss.rawValue): its predictions are no values.")
    }
  }

  /// Refuses ratings that mean nothing to the loss or the solver.
  func validate(_ statistics: RatingStatistics, _ loss: any Loss) throws(InputFailure) {
    if let refusal = statistics.refusal(by: loss) { throw InputFailure(refusal) }
    if solver == .multiplicative && statistics.minimum < 0 {
      throw InputFailure(
        "--solver multiplicative takes values that are zero or more, and the ratings are from "
          + "\(statistics.minimum) to \(statistics.maximum): take --solver ccd")
    }
  }
}
