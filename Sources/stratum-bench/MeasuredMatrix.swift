import Factorization

/// A matrix whose ratings are spread uniformly, one in each of `count` equal runs of cells.
struct MeasuredMatrix {
  let name: String
  let rows: Int
  let columns: Int
  /// Blocks of the grid along each side.
  let blocks: Int
  let ratings: [Rating]

  init(_ name: String, rows: Int, columns: Int, count: Int, blocks: Int) {
    self.name = name
    self.rows = rows
    self.columns = columns
    self.blocks = blocks
    var generator = SplitMix64(seed: 1)
    let run = rows * columns / count
    ratings = (0..<count).map { index in
      let cell = index * run + generator.next(below: run)
      return Rating(
        row: UInt32(cell / columns), column: UInt32(cell % columns),
        value: Float(1 + generator.next(below: 5)))
    }
  }

  /// One tile, small enough for ratings and 128 factors to stay in 1 MiB of L2: here the kernel alone
  /// decides.
  static var inCache: MeasuredMatrix {
    MeasuredMatrix("in cache", rows: 400, columns: 200, count: 20_000, blocks: 1)
  }

  /// The size of the DSGD papers' synthetic matrix, a tenth as dense.
  static var large: MeasuredMatrix {
    MeasuredMatrix(
      "100,000 x 10,000", rows: 100_000, columns: 10_000, count: 10_000_000, blocks: 16)
  }

  /// Training of it with biases and weighted penalties, as `stratum train` does by default.
  func training(factors: Int, usesAdaGrad: Bool) -> SequentialTraining {
    var options = SequentialTraining.Options(
      factors: factors, hasBiases: true,
      regularization: Regularization(rows: 0.02, isWeighted: true),
      adaGrad: usesAdaGrad ? AdaGradScale(deviation: 1.4, factors: factors) : nil)
    options.blocks = blocks
    options.mean = 3
    return SequentialTraining(ratings, rows: rows, columns: columns, options)
  }
}
