import Factorization

/// How even the work of a stratum's blocks is: the slowest block over the mean of all, on average over epochs.
struct BlockBalance: Encodable {
  var benchmark = "balance"
  let ratings: Int
  let rows: Int
  let columns: Int
  let blocks: Int
  /// Rows and columns permuted at random and cut into equal numbers.
  let random: Double
  /// The grid that training uses.
  let grid: Double

  private static let epochs = 1...20
  private static let seed: UInt64 = 1

  init(path: String, blocks: Int) throws {
    let file = try RatingFile(path: path).readAll()
    let list = Array(file.ratings)
    ratings = list.count
    rows = file.rowIdentifiers.count
    columns = file.columnIdentifiers.count
    self.blocks = blocks
    let grid = Grid(
      of: list, rows: rows, columns: columns, blockCount: blocks, seed: Self.seed,
      shape: FactorShape(factors: 64, hasBiases: true))
    self.grid = Self.slowest(list, grid.rows.blocks, grid.columns.blocks, blocks)
    let randomRows = Self.randomBlocks(rows, blocks, .gridRows)
    let randomColumns = Self.randomBlocks(columns, blocks, .gridColumns)
    random = Self.slowest(list, randomRows, randomColumns, blocks)
  }

  /// The block of each index after a random permutation.
  private static func randomBlocks(
    _ count: Int, _ blocks: Int, _ stream: RandomStream
  ) -> [UInt16] {
    var generator = CounterRandom(seed: seed, stream: stream).generator(0)
    return generator.permutation(of: count).map { UInt16($0 * blocks / count) }
  }

  /// The mean over strata of the largest number of ratings in a block over the mean number.
  private static func slowest(
    _ ratings: [Rating], _ rows: [UInt16], _ columns: [UInt16], _ blocks: Int
  ) -> Double {
    var counts = [Int](repeating: 0, count: blocks * blocks)
    for rating in ratings {
      counts[Int(rows[Int(rating.row)]) * blocks + Int(columns[Int(rating.column)])] += 1
    }
    let schedule = ScheduleKind.wor.schedule(seed: seed)
    var sum = 0
    for epoch in epochs {
      let plan = schedule.plan(epoch: epoch, blockCount: blocks)
      for subEpoch in 0..<blocks {
        sum += (0..<blocks).reduce(0) { largest, row in
          let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
          return max(largest, counts[row * blocks + column])
        }
      }
    }
    let mean = Double(ratings.count) / Double(blocks * blocks)
    return Double(sum) / Double(epochs.count * blocks) / mean
  }
}

/// Measures the balance of one file's ratings.
func measureBalance(of path: String, blocks: Int, _ records: RecordFile) throws {
  let balance = try BlockBalance(path: path, blocks: blocks)
  try records.add(balance)
  print(
    "\(path): \(balance.ratings) ratings in \(balance.rows) x \(balance.columns), \(blocks) x \(blocks) blocks;",
    "slowest block of a stratum over the mean: random",
    cell(balance.random, 0, decimals: 3) + ", grid", cell(balance.grid, 0, decimals: 3))
}
