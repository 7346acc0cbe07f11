import ArgumentParser
import DistributedFactorization

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
    let squaredOnly = ("--loss \(loss.rawValue)", loss != .squared)
    let refused: [(name: String, isGiven: Bool)] =
      switch solver {
      case .dsgd, .sgd: []
      case .ccd: steps + [wire, squaredOnly]
      }
    for option in refused where option.isGiven {
      throw ValidationError(
        "\(option.name) means nothing to --solver \(solver.rawValue): leave it out, or take --solver dsgd."
      )
    }
  }
}
