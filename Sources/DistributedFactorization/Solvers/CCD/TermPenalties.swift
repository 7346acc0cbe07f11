import Factorization

/// The penalties of the numbers in a `RankOneTerm`.
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

  /// λ of the rows' numbers.
  func rows(_ part: RankOneTerm.Part) -> Float {
    if case .factor = part { regularization.rows } else { regularization.rowBiases }
  }

  /// λ of the columns' numbers.
  func columns(_ part: RankOneTerm.Part) -> Float {
    if case .factor = part { regularization.columns } else { regularization.columnBiases }
  }
}
