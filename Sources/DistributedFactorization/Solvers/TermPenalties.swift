import Factorization

/// The penalties of single numbers in W, H and the biases.
struct TermPenalties: Sendable {
  private let regularization: Regularization
  /// What λ is multiplied by, for each of this rank's rows and for each column, by position.
  let rowMultipliers: [Float]
  let columnMultipliers: [Float]

  init(_ data: TrainingData, _ regularization: Regularization) {
    self.regularization = regularization
    func multipliers(
      _ partition: BlockPartition, _ blocks: Range<Int>, _ degrees: [Int32]
    ) -> [Float] {
      let positions = partition.starts[blocks.lowerBound]..<partition.starts[blocks.upperBound]
      return positions.map {
        regularization.isWeighted ? Float(degrees[Int(partition.indices[$0])]) : 1
      }
    }
    rowMultipliers = multipliers(data.grid.rows, data.rowBlocks, data.rowDegrees)
    columnMultipliers = multipliers(
      data.grid.columns, 0..<data.grid.blockCount, data.columnDegrees)
  }

  /// λ of a single number, and what else is asked of it.
  struct Penalty {
    /// λ.
    let squared: Float
    /// λ₁.
    let absolute: Float
    /// Whether it must not be negative.
    let isNonNegative: Bool
  }

  /// The penalty of the rows' numbers in a part of the model.
  func rows(_ part: RankOneTerm.Part) -> Penalty {
    penalty(part, regularization.rows, regularization.rowBiases)
  }

  /// The penalty of the columns' numbers in a part of the model.
  func columns(_ part: RankOneTerm.Part) -> Penalty {
    penalty(part, regularization.columns, regularization.columnBiases)
  }

  private func penalty(_ part: RankOneTerm.Part, _ factors: Float, _ biases: Float) -> Penalty {
    if case .factor = part {
      Penalty(
        squared: factors, absolute: regularization.absolute,
        isNonNegative: regularization.constraint != .none)
    } else {
      Penalty(squared: biases, absolute: 0, isNonNegative: false)
    }
  }
}
