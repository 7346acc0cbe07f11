import Factorization

/// Training done plainly: one thread, one rating after the other, arrays and loops, nothing shared
/// with the kernels or the rotation.
///
/// Whatever runs on ranks and threads must equal it bit for bit.
///
/// It takes the pure functions from the library (which block an index belongs to, the plan of an
/// epoch, random bits, the losses), and does the rest by itself.
package struct SerialReplay {
  /// What is trained.
  package struct Problem {
    package var ratings: [Rating]
    package var rows: Int
    package var columns: Int
    package var blocks: Int
    package var factors: Int
    package var hasBiases: Bool
    package var loss: any Loss
    package var regularization: Regularization
    package var schedule: ScheduleKind
    package var pointOrder = PointOrder.wor
    package var seed: UInt64
    package var mean: Float
    package var center: (rows: Float, columns: Float)
    package var deviation: Float
    package var tileBytes: Int
    /// The standard deviation of the ratings, where steps follow AdaGrad.
    package var adaGradDeviation: Float?

    package init(
      ratings: [Rating], rows: Int, columns: Int, blocks: Int, factors: Int, hasBiases: Bool,
      loss: any Loss, regularization: Regularization, schedule: ScheduleKind, seed: UInt64,
      mean: Float, center: (rows: Float, columns: Float), deviation: Float, tileBytes: Int
    ) {
      self.ratings = ratings
      self.rows = rows
      self.columns = columns
      self.blocks = blocks
      self.factors = factors
      self.hasBiases = hasBiases
      self.loss = loss
      self.regularization = regularization
      self.schedule = schedule
      self.seed = seed
      self.mean = mean
      self.center = center
      self.deviation = deviation
      self.tileBytes = tileBytes
    }

    /// How many ratings each row and column has.
    package var degrees: (rows: [Int32], columns: [Int32]) {
      (ratings.degrees(rows, of: \.row), ratings.degrees(columns, of: \.column))
    }

    /// The grid of the problem.
    package var grid: Grid {
      Grid(
        of: ratings, rows: rows, columns: columns, blockCount: blocks, seed: seed,
        shape: FactorShape(factors: factors, hasBiases: hasBiases), tileBytes: tileBytes)
    }
  }

  /// W by dense index.
  package internal(set) var rows: [[Float]]
  /// H by dense index of the column.
  package internal(set) var columns: [[Float]]
  /// The rows' biases; zeros where there are none.
  package private(set) var rowBiases: [Float]
  /// The columns' biases.
  package private(set) var columnBiases: [Float]
  /// AdaGrad's squared gradients of rows and columns: of the factors, and of the bias.
  var rowSquares: [(factors: Float, bias: Float)]
  var columnSquares: [(factors: Float, bias: Float)]

  let problem: Problem
  let grid: Grid
  private let degrees: (rows: [Int32], columns: [Int32])
  /// Ratings in canonical order, by row block, column block and tile.
  private let tiles: [[[[Rating]]]]

  package init(_ problem: Problem) {
    self.problem = problem
    degrees = problem.degrees
    grid = problem.grid
    rows = Self.start(
      problem, .initialRowFactors, center: problem.center.rows, degrees: degrees.rows)
    columns = Self.start(
      problem, .initialColumnFactors, center: problem.center.columns, degrees: degrees.columns)
    rowBiases = Array(repeating: 0, count: problem.rows)
    columnBiases = Array(repeating: 0, count: problem.columns)
    rowSquares = Array(repeating: (0, 0), count: problem.rows)
    columnSquares = Array(repeating: (0, 0), count: problem.columns)
    tiles = Self.cut(problem.ratings, grid)
  }

  private static func start(
    _ problem: Problem, _ stream: RandomStream, center: Float, degrees: [Int32]
  ) -> [[Float]] {
    let random = CounterRandom(seed: problem.seed, stream: stream)
    let spread = problem.deviation * Float(3).squareRoot()
    return degrees.indices.map { index in
      (0..<problem.factors).map { factor in
        if degrees[index] == 0 { return 0 }
        let word = random.bits(UInt32(index), UInt32(factor / 4))[factor % 4]
        return center + spread * ((Float(word >> 9) + 0.5) / 4_194_304 - 1)
      }
    }
  }

  private static func cut(_ ratings: [Rating], _ grid: Grid) -> [[[[Rating]]]] {
    let shape = grid.tiles
    var tiles = [[[[Rating]]]](
      repeating: [[[Rating]]](
        repeating: [[Rating]](repeating: [], count: shape.tilesPerBlock), count: grid.blockCount),
      count: grid.blockCount)
    // Within a tile the order is that of the places in the blocks, then of the values.
    let sorted = ratings.sorted { a, b in
      let keyA = (grid.rows.positions[Int(a.row)], grid.columns.positions[Int(a.column)], a.value)
      let keyB = (grid.rows.positions[Int(b.row)], grid.columns.positions[Int(b.column)], b.value)
      return keyA < keyB
    }
    for rating in sorted {
      let tileRow = grid.rows.place(of: Int(rating.row)) / shape.rows
      let tileColumn = grid.columns.place(of: Int(rating.column)) / shape.columns
      tiles[Int(grid.rows.blocks[Int(rating.row)])][Int(grid.columns.blocks[Int(rating.column)])][
        tileRow * shape.columnTiles + tileColumn
      ].append(rating)
    }
    return tiles
  }

  /// Trains one epoch.
  ///
  /// - Returns: the sum of the costs before each step, added as the library adds it.
  package mutating func train(epoch: Int, stepSize: Float) -> Double {
    let plan = problem.schedule.schedule(seed: problem.seed).plan(
      epoch: epoch, blockCount: problem.blocks)
    var costs = [Double](repeating: 0, count: problem.blocks)
    for subEpoch in 0..<problem.blocks {
      for row in 0..<problem.blocks {
        let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
        costs[row] += trainBlock(row, column, epoch: epoch, stepSize: stepSize)
      }
    }
    return costs.reduce(0, +)
  }

  /// The sum of the costs of all ratings as the factors stand, added as a pass over the grid adds it.
  package var cost: Double {
    let plan = LocalityAwareSchedule(seed: problem.seed).plan(
      epoch: 0, blockCount: problem.blocks)
    let costs = (0..<problem.blocks).map { row in
      (0..<problem.blocks).reduce(0.0) { sum, subEpoch in
        let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
        let ofRatings = tiles[row][column].reduce(0.0) { sum, tile in
          sum + tile.reduce(0.0) { $0 + Double(currentCost($1)) }
        }
        return sum + (ofRatings + costOverAllCells(row, column))
      }
    }
    return costs.reduce(0, +)
  }

  /// The penalties of all factors and biases, added as the library adds them: by block, in the order
  /// of positions.
  package var penalty: Double {
    let all = 0..<problem.blocks
    let ofRows = all.map { penalty(grid.rows, $0, isRow: true) }.reduce(0, +)
    let ofColumns = all.map { penalty(grid.columns, $0, isRow: false) }.reduce(0, +)
    return ofRows + ofColumns
  }

  private func penalty(_ partition: BlockPartition, _ block: Int, isRow: Bool) -> Double {
    var sum = 0.0
    for position in partition.positions(ofBlock: block) {
      let index = Int(partition.indices[position])
      let vector = isRow ? rows[index] : columns[index]
      let bias = Double(isRow ? rowBiases[index] : columnBiases[index])
      let lambda = problem.regularization
      let weight =
        lambda.isWeighted ? Double(isRow ? degrees.rows[index] : degrees.columns[index]) : 1
      let squares = Self.squaredNorm(vector)
      let magnitudes = vector.reduce(0) { $0 + Double(abs($1)) }
      sum +=
        weight
        * (Double(isRow ? lambda.rows : lambda.columns) * squares
          + Double(isRow ? lambda.rowBiases : lambda.columnBiases) * (bias * bias)
          + Double(lambda.absolute) * magnitudes)
    }
    return sum
  }

  /// Eight sums side by side, then halves onto halves.
  private static func squaredNorm(_ vector: [Float]) -> Double {
    var sums = [Double](repeating: 0, count: 8)
    for (index, factor) in vector.enumerated() {
      sums[index % 8].addProduct(Double(factor), Double(factor))
    }
    while sums.count > 1 {
      let half = sums.count / 2
      sums = (0..<half).map { sums[$0] + sums[$0 + half] }
    }
    return sums[0]
  }

  private mutating func trainBlock(
    _ row: Int, _ column: Int, epoch: Int, stepSize: Float
  ) -> Double {
    let random = CounterRandom(seed: problem.seed, stream: .shuffle)
    let block = UInt32(row * 65536 + column)
    var order = random.permutation(
      of: tiles[row][column].count, UInt32(epoch), block, .max)
    if problem.pointOrder == .seq { order.sort() }
    var blockCost = 0.0
    for tile in order {
      let generator = random.generator(UInt32(epoch), block, tile)
      let ordered =
        switch problem.pointOrder {
        case .seq: tiles[row][column][Int(tile)]
        case .wor: shuffled(tiles[row][column][Int(tile)], generator)
        case .wr: Self.drawn(tiles[row][column][Int(tile)], generator)
        }
      var tileCost = 0.0
      for rating in ordered { tileCost += Double(step(rating, stepSize)) }
      blockCost += tileCost
    }
    return blockCost + stepOverAllCells(row, column, stepSize)
  }

  /// From a random rating to the end of its tile, then those before it: strip after strip, each shuffled
  /// (Fisher–Yates, inside out).
  private func shuffled(_ ratings: [Rating], _ start: SplitMix64) -> [Rating] {
    if ratings.isEmpty { return [] }
    var generator = start
    let first = generator.next(below: ratings.count)
    var shuffled: [Rating] = []
    for part in [ratings[first...], ratings[..<first]] {
      var firstOfStrip = shuffled.count
      var lastStrip: Int?
      for rating in part {
        let place = grid.rows.place(of: Int(rating.row)) % grid.tiles.rows
        if place / grid.tiles.stripRows != lastStrip { firstOfStrip = shuffled.count }
        lastStrip = place / grid.tiles.stripRows
        shuffled.append(rating)
        let drawn = firstOfStrip + generator.next(below: shuffled.count - firstOfStrip)
        shuffled.swapAt(drawn, shuffled.count - 1)
      }
    }
    return shuffled
  }

  /// As many ratings as there are, each drawn from all of them.
  private static func drawn(_ ratings: [Rating], _ start: SplitMix64) -> [Rating] {
    var generator = start
    return ratings.map { _ in ratings[generator.next(below: ratings.count)] }
  }

  /// One stochastic gradient step.
  ///
  /// - Returns: the rating's cost before it.
  private mutating func step(_ rating: Rating, _ stepSize: Float) -> Float {
    let (row, column) = (Int(rating.row), Int(rating.column))
    let w = rows[row]
    let h = columns[column]
    let prediction =
      Self.dot(w, h) + (problem.mean + rowBiases[row] + columnBiases[column])
    let cost = problem.loss.cost(prediction: prediction, value: rating.value)
    let descent = problem.loss.descent(prediction: prediction, value: rating.value)
    let rowRate = rate(stepSize, rowSquares[row])
    let columnRate = rate(stepSize, columnSquares[column])
    if problem.adaGradDeviation != nil {
      let share = 1 / Float(problem.factors)
      rowSquares[row].factors += descent * descent * (Self.dot(h, h) * share)
      rowSquares[row].bias += descent * descent
      columnSquares[column].factors += descent * descent * (Self.dot(w, w) * share)
      columnSquares[column].bias += descent * descent
    }
    let penalty = problem.regularization
    let rowShare = penalty.isWeighted ? 1 : 1 / Float(degrees.rows[row])
    let columnShare = penalty.isWeighted ? 1 : 1 / Float(degrees.columns[column])
    func shrinkage(_ rate: Float, _ lambda: Float, _ share: Float) -> Float {
      1 - rate * (2 * lambda * share)
    }
    for factor in w.indices {
      rows[row][factor] = limited(
        (shrinkage(rowRate.factors, penalty.rows, rowShare) * w[factor])
          .addingProduct(rowRate.factors * descent, h[factor]),
        rowRate.factors * (penalty.absolute * rowShare))
      columns[column][factor] = limited(
        (shrinkage(columnRate.factors, penalty.columns, columnShare) * h[factor])
          .addingProduct(columnRate.factors * descent, w[factor]),
        columnRate.factors * (penalty.absolute * columnShare))
    }
    if problem.hasBiases {
      rowBiases[row] =
        shrinkage(rowRate.bias, penalty.rowBiases, rowShare) * rowBiases[row]
        + rowRate.bias * descent
      columnBiases[column] =
        shrinkage(columnRate.bias, penalty.columnBiases, columnShare) * columnBiases[column]
        + columnRate.bias * descent
    }
    return cost
  }

  /// The cost of a rating, where biases are added before the mean, as a pass that trains nothing does it.
  private func currentCost(_ rating: Rating) -> Float {
    let (row, column) = (Int(rating.row), Int(rating.column))
    let prediction =
      Self.dot(rows[row], columns[column])
      + (problem.mean + (rowBiases[row] + columnBiases[column]))
    return problem.loss.cost(prediction: prediction, value: rating.value)
  }

  /// The step sizes of a row or column: ε, or with AdaGrad what its squared gradients leave of it.
  func rate(
    _ stepSize: Float, _ squares: (factors: Float, bias: Float)
  ) -> (factors: Float, bias: Float) {
    guard let deviation = problem.adaGradDeviation else { return (stepSize, stepSize) }
    let first = 4 * deviation * deviation
    return (
      stepSize * deviation.squareRoot() / (first * deviation + squares.factors).squareRoot(),
      stepSize * deviation / (first + squares.bias).squareRoot()
    )
  }

  /// The dot product in the order in which a machine with registers of 16 floats adds in two of them in
  /// turn: thirty-two sums side by side, then halves onto halves.
  private static func dot(_ a: [Float], _ b: [Float]) -> Float {
    var sums = [Float](repeating: 0, count: 32)
    for index in a.indices {
      sums[index % 32] =
        index < 32 ? a[index] * b[index] : sums[index % 32].addingProduct(a[index], b[index])
    }
    while sums.count > 1 {
      let half = sums.count / 2
      sums = (0..<half).map { sums[$0] + sums[$0 + half] }
    }
    return sums[0]
  }
}
