/// The kernels for one loss, one kind of penalty and one width of vectors, compiled for just these, and
/// what else the loss asks for.
///
/// This is the one place where concrete types are chosen: below it everything is specialised, above
/// it a call for each tile goes through a closure.
public struct TileKernel: Sendable {
  /// The shares of the penalty that one rating of each row and column of a tile carries.
  typealias Shares = (rows: UnsafePointer<Float>, columns: UnsafePointer<Float>)

  typealias Train =
    @Sendable (
      UnsafeBufferPointer<TileEntry>, _ rows: FactorView, _ columns: FactorView, UpdateRule, Shares
    ) -> ErrorSums
  typealias Evaluate =
    @Sendable (
      UnsafeBufferPointer<TileEntry>, _ rows: FactorView, _ columns: FactorView, PredictionRule
    ) -> ErrorSums

  /// Trains the entries of a tile in the order given.
  let train: Train
  /// Sums the errors of a tile's entries.
  let evaluate: Evaluate
  /// What the loss counts over all cells.
  let densePart: DensePart?
  /// What factors may be.
  let constraint: Constraint
  /// The layout of the vectors.
  let shape: FactorShape

  /// Kernels for penalties with a gradient, one for weighted ones and one for others, and factors of any
  /// sign.
  init<L: Loss>(smooth loss: L, _ regularization: Regularization, _ shape: FactorShape) {
    if regularization.isWeighted {
      self.init(loss, WholePenalty.self, NoProximalStep(), .none, shape)
    } else {
      self.init(loss, DividedPenalty.self, NoProximalStep(), .none, shape)
    }
  }

  /// Kernels for any penalty and constraint.
  init<L: Loss>(general loss: L, _ regularization: Regularization, _ shape: FactorShape) {
    let constraint = regularization.adapted(to: loss).constraint
    self.init(loss, DividedPenalty.self, GeneralProximalStep(constraint), constraint, shape)
  }

  /// Chooses by the layout of vectors, which have accumulators where steps follow AdaGrad.
  private init<L: Loss, Share: PenaltyShare, Limits: ProximalStep>(
    _ loss: L, _ share: Share.Type, _ limits: Limits, _ constraint: Constraint, _ shape: FactorShape
  ) {
    self.densePart = loss.densePart
    self.constraint = constraint
    self.shape = shape
    (train, evaluate) =
      shape.hasAccumulators
      ? Self.functions(loss, share, limits, AdaGradStep.self, lanes: shape.lanes)
      : Self.functions(loss, share, limits, SameStep.self, lanes: shape.lanes)
  }

  private static func functions<
    L: Loss, Share: PenaltyShare, Limits: ProximalStep, Step: StepScaling
  >(
    _ loss: L, _ share: Share.Type, _ limits: Limits, _ step: Step.Type, lanes: Int
  ) -> (Train, Evaluate) {
    switch lanes {
    case 1: functions(loss, share, limits, step, Width<1>.self)
    case 2: functions(loss, share, limits, step, Width<2>.self)
    case 3: functions(loss, share, limits, step, Width<3>.self)
    case 4: functions(loss, share, limits, step, Width<4>.self)
    case 5: functions(loss, share, limits, step, Width<5>.self)
    case 6: functions(loss, share, limits, step, Width<6>.self)
    case 7: functions(loss, share, limits, step, Width<7>.self)
    case 8: functions(loss, share, limits, step, Width<8>.self)
    case 10: functions(loss, share, limits, step, Width<10>.self)
    case 12: functions(loss, share, limits, step, Width<12>.self)
    case 14: functions(loss, share, limits, step, Width<14>.self)
    case 16: functions(loss, share, limits, step, Width<16>.self)
    case 20: functions(loss, share, limits, step, Width<20>.self)
    case 24: functions(loss, share, limits, step, Width<24>.self)
    case 32: functions(loss, share, limits, step, Width<32>.self)
    case 48: functions(loss, share, limits, step, Width<48>.self)
    case 64: functions(loss, share, limits, step, Width<64>.self)
    default: preconditionFailure("FactorShape gives compiled widths only")
    }
  }

  @inline(__always)
  private static func functions<
    let lanes: Int, L: Loss, Share: PenaltyShare, Limits: ProximalStep, Step: StepScaling
  >(
    _ loss: L, _ share: Share.Type, _ limits: Limits, _ step: Step.Type, _ width: Width<lanes>.Type
  ) -> (Train, Evaluate) {
    (
      { entries, rows, columns, rule, shares in
        trainTile(
          entries, rows, columns, rule, share: share.init(shares), loss: loss, step: step,
          limits: limits, width: width)
      },
      { entries, rows, columns, rule in
        evaluateTile(entries, rows, columns, rule, loss: loss, width: width)
      }
    )
  }
}
