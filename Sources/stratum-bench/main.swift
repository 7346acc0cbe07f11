import Factorization

// Measures the training kernels on one core: the rate in cache, where the kernel alone decides, and
// over a whole matrix, where memory, shuffling and tiles have their say.

/// Uniformly spread ratings of a matrix, one in each of `count` equal runs of cells.
func uniformRatings(rows: Int, columns: Int, count: Int) -> [Rating] {
  var generator = SplitMix64(seed: 1)
  let run = rows * columns / count
  return (0..<count).map { index in
    let cell = index * run + generator.next(below: run)
    return Rating(
      row: UInt32(cell / columns), column: UInt32(cell % columns),
      value: Float(1 + generator.next(below: 5)))
  }
}

/// Million updates a second of whole epochs over a matrix: the median of several.
func updateRate(
  rows: Int, columns: Int, ratings: [Rating], factors: Int, blocks blockCount: Int, epochs: Int
) -> (train: Double, evaluate: Double) {
  let rowDegrees = ratings.degrees(rows, of: \.row)
  let columnDegrees = ratings.degrees(columns, of: \.column)
  let shape = FactorShape(factors: factors, hasBiases: true)
  let grid = Grid(
    of: ratings, rows: rows, columns: columns, blockCount: blockCount, seed: 1, shape: shape)
  let blocks = ratings.withUnsafeBufferPointer {
    RatingBlocks($0, grid: grid, rowBlocks: 0..<blockCount)
  }
  let kernel = TileKernel(loss: .squared, isWeighted: true, shape: shape)
  let shares = PenaltyShares(
    grid: grid, rowBlocks: 0..<blockCount, rowDegrees: rowDegrees, columnDegrees: columnDegrees)
  var sweeper = BlockSweeper(blocks: blocks, kernel: kernel, shares: shares, seed: 1)
  let start = InitialFactors(
    factors: factors, center: 0, deviation: 0.1, seed: 1, stream: .initialRowFactors)
  let all = 0..<blockCount
  var w = FactorBlock(shape: shape, capacity: rows)
  w.initialize(all, of: grid.rows, from: start) { _ in true }
  var h = FactorBlock(shape: shape, capacity: columns)
  h.initialize(all, of: grid.columns, from: start) { _ in true }
  let rule = UpdateRule(
    mean: 3, stepSize: 0.01, regularization: Regularization(rows: 0.02, isWeighted: true))
  let plan = WithoutReplacementSchedule(seed: 1).plan(epoch: 1, blockCount: blockCount)

  func rates(_ body: (_ rowBlock: Int, _ columnBlock: Int, FactorView, FactorView) -> Void)
    -> Double
  {
    var rates: [Double] = []
    for _ in 0..<epochs {
      let begin = MonotonicClock.seconds
      for subEpoch in 0..<blockCount {
        for row in 0..<blockCount {
          let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
          body(
            row, column, w.view.advanced(by: grid.rows.starts[row]),
            h.view.advanced(by: grid.columns.starts[column]))
        }
      }
      rates.append(Double(ratings.count) / (MonotonicClock.seconds - begin) / 1e6)
    }
    return rates.sorted()[epochs / 2]
  }
  let train = rates { row, column, w, h in
    _ = sweeper.train(
      rowBlock: row, columnBlock: column, rows: w, columns: h, rule: rule, epoch: 1)
  }
  let evaluate = rates { row, column, w, h in
    _ = sweeper.evaluate(
      rowBlock: row, columnBlock: column, rows: w, columns: h, rule: PredictionRule(mean: 3))
  }
  return (train, evaluate)
}

let small = uniformRatings(rows: 500, columns: 250, count: 50_000)
let large = uniformRatings(rows: 100_000, columns: 10_000, count: 10_000_000)
print("million ratings a second on one core, shuffling included (median of 7 and of 3 epochs)")
print("factors  in cache: train evaluate  100,000 x 10,000: train evaluate  share of cache")
for factors in [16, 32, 64, 100, 128] {
  let cache = updateRate(
    rows: 500, columns: 250, ratings: small, factors: factors, blocks: 1, epochs: 7)
  let matrix = updateRate(
    rows: 100_000, columns: 10_000, ratings: large, factors: factors, blocks: 16, epochs: 3)
  let figures = [cache.train, cache.evaluate, matrix.train, matrix.evaluate]
    .map { String(Int($0.rounded())) }.joined(separator: "\t")
  print("\(factors)\t\(figures)\t\(Int((100 * matrix.train / cache.train).rounded())) %")
}
