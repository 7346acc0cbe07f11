import ArgumentParser
import DistributedFactorization
import Factorization

extension LearningOptions {
  /// Refuses options that mean nothing to the solver.
  func validateSolver() throws {
    let standard = TrainingOptions()
    let wire = ("--wire", wire != standard.wire)
    let steps = [
      ("--step", step != standard.step), ("--initial-step", initialStep != nil),
      ("--step-decay", stepDecay != nil), ("--adagrad", usesAdaGrad),
      ("--schedule", schedule != standard.schedule),
      ("--point-order", pointOrder != standard.pointOrder), ("--undo-rises", undoRises),
    ]
    let kind = ("--loss \(loss.rawValue)", !solver.minimizes(loss))
    let reflect = ("--reflect", losses.reflect)
    // What has no gradient.
    let bends = [("--l1", losses.l1 > 0), ("--non-negative", losses.nonNegative), reflect]
    let refused: [(name: String, isGiven: Bool)] =
      switch solver {
      case .dsgd, .sgd: []
      case .ccd, .multiplicative: steps + [wire, kind, reflect]
      case .psgd: [wire, kind]
      case .als, .lbfgs: steps + [wire, kind] + bends
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

  /// Refuses ratings that mean nothing to the solver.
  func validate(_ statistics: RatingStatistics) throws(InputFailure) {
    if solver == .multiplicative && statistics.minimum < 0 {
      throw InputFailure(
        "--solver multiplicative takes values that are zero or more, and the ratings are from "
          + "\(statistics.minimum) to \(statistics.maximum): take --solver ccd")
    }
  }
}
