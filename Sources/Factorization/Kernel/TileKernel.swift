/// The kernels for one loss, one kind of penalty and one width of vectors, compiled for just these.
///
/// This is the one place where concrete types are chosen: below it everything is specialised, above
/// it a call for each tile goes through a closure.
public struct TileKernel: Sendable {
  /// The shares of the penalty that one rating of each row and column of a tile carries.
  typealias Shares = (rows: UnsafePointer<Float>, columns: UnsafePointer<Float>)

  /// Trains the entries of a tile in the order given; the vectors of the next tile's rows are upcoming.
  let train:
    @Sendable (
      UnsafeBufferPointer<TileEntry>, _ rows: FactorView, _ columns: FactorView, UpdateRule, Shares,
      _ upcoming: UnsafeRawBufferPointer
    ) -> ErrorSums
  /// Sums the errors of a tile's entries.
  let evaluate:
    @Sendable (
      UnsafeBufferPointer<TileEntry>, _ rows: FactorView, _ columns: FactorView, PredictionRule
    ) -> ErrorSums

  /// Chooses the kernels for a loss, a kind of penalty and the layout of vectors, which have accumulators
  /// where steps follow AdaGrad.
  public init(loss: LossKind, isWeighted: Bool, shape: FactorShape) {
    switch loss {
    case .squared: self.init(SquaredLoss.self, isWeighted, shape)
    case .huber: self.init(HuberLoss.self, isWeighted, shape)
    }
  }

  private init<L: Loss>(_ loss: L.Type, _ isWeighted: Bool, _ shape: FactorShape) {
    if shape.hasAccumulators {
      self.init(loss, AdaGradStep.self, isWeighted, lanes: shape.lanes)
    } else {
      self.init(loss, SameStep.self, isWeighted, lanes: shape.lanes)
    }
  }

  private init<L: Loss, Step: StepScaling>(
    _ loss: L.Type, _ step: Step.Type, _ isWeighted: Bool, lanes: Int
  ) {
    switch lanes {
    case 1: self.init(loss, step, isWeighted, Width<1>.self)
    case 2: self.init(loss, step, isWeighted, Width<2>.self)
    case 3: self.init(loss, step, isWeighted, Width<3>.self)
    case 4: self.init(loss, step, isWeighted, Width<4>.self)
    case 5: self.init(loss, step, isWeighted, Width<5>.self)
    case 6: self.init(loss, step, isWeighted, Width<6>.self)
    case 7: self.init(loss, step, isWeighted, Width<7>.self)
    case 8: self.init(loss, step, isWeighted, Width<8>.self)
    case 10: self.init(loss, step, isWeighted, Width<10>.self)
    case 12: self.init(loss, step, isWeighted, Width<12>.self)
    case 14: self.init(loss, step, isWeighted, Width<14>.self)
    case 16: self.init(loss, step, isWeighted, Width<16>.self)
    case 20: self.init(loss, step, isWeighted, Width<20>.self)
    case 24: self.init(loss, step, isWeighted, Width<24>.self)
    case 32: self.init(loss, step, isWeighted, Width<32>.self)
    case 48: self.init(loss, step, isWeighted, Width<48>.self)
    case 64: self.init(loss, step, isWeighted, Width<64>.self)
    default: preconditionFailure("FactorShape gives compiled widths only")
    }
  }

  @inline(__always)
  private init<let lanes: Int, L: Loss, Step: StepScaling>(
    _ loss: L.Type, _ step: Step.Type, _ isWeighted: Bool, _ width: Width<lanes>.Type
  ) {
    if isWeighted {
      train = { entries, rows, columns, rule, _, upcoming in
        trainTile(
          entries, rows, columns, rule, upcoming: upcoming, share: WholePenalty(), loss: loss,
          step: step, width: width)
      }
    } else {
      train = { entries, rows, columns, rule, shares, upcoming in
        let share = DividedPenalty(rowShares: shares.rows, columnShares: shares.columns)
        return trainTile(
          entries, rows, columns, rule, upcoming: upcoming, share: share, loss: loss, step: step,
          width: width)
      }
    }
    evaluate = { entries, rows, columns, rule in
      evaluateTile(entries, rows, columns, rule, loss: loss, width: width)
    }
  }
}
