import Factorization

/// Random ratings with skewed counts for the tests of grid and kernels.
struct SampleRatings {
  let rows: Int
  let columns: Int
  var ratings: [Rating]

  init(rows: Int, columns: Int, count: Int, seed: UInt64) {
    self.rows = rows
    self.columns = columns
    var generator = SplitMix64(seed: seed)
    // Squared uniforms crowd into the first rows and columns.
    func skewed(_ bound: Int) -> UInt32 {
      let uniform = generator.nextUniform()
      return UInt32(uniform * uniform * Double(bound))
    }
    ratings = (0..<count).map { _ in
      Rating(
        row: skewed(rows), column: skewed(columns), value: Float(1 + generator.next(below: 5)))
    }
  }

  /// Makes the values such as a loss takes.
  mutating func adapt(to loss: any Loss) {
    guard loss.link == .logistic else { return }
    for index in ratings.indices { ratings[index].value = ratings[index].value > 3 ? 1 : -1 }
  }

  var rowDegrees: [Int32] { ratings.degrees(rows, of: \.row) }
  var columnDegrees: [Int32] { ratings.degrees(columns, of: \.column) }

  func grid(blocks: Int, factors: Int, tileBytes: Int = TileShape.defaultBytes) -> Grid {
    Grid(
      of: ratings, rows: rows, columns: columns, blockCount: blocks, seed: 1,
      shape: FactorShape(factors: factors, hasBiases: true), tileBytes: tileBytes)
  }

  func blocks(_ grid: Grid) -> RatingBlocks {
    ratings.withUnsafeBufferPointer {
      RatingBlocks($0, grid: grid, rowBlocks: 0..<grid.blockCount)
    }
  }
}
