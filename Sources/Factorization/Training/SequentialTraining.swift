/// Stochastic gradient descent on one thread, over ratings in memory: what the distributed trainer
/// does, without ranks.
///
/// It finds first step sizes on samples, and serves programs that have few ratings and no MPI.
///
///     let training = SequentialTraining(ratings, rows: 943, columns: 1682, options)
///     for epoch in 1...20 { print(training.train(epoch: epoch, stepSize: 0.01).cost) }
///     training.prediction(row: 0, column: 7)
public final class SequentialTraining {
  /// What is trained, and how.
  public struct Options {
    /// The layout of the factor vectors.
    let shape: FactorShape
    /// The scale of AdaGrad's steps, nil where all steps have the size ε.
    let adaGrad: AdaGradScale?
    /// The number of row blocks and of column blocks of the grid.
    public var blocks = 1
    /// The cost of a rating's error.
    public var loss: any Loss = SquaredLoss()
    /// The penalty on large factors and biases.
    public var regularization: Regularization
    /// The order of the strata.
    public var schedule = ScheduleKind.wor
    /// The order of the ratings of a block.
    public var pointOrder = PointOrder.wor
    /// The seed of every random number.
    public var seed: UInt64 = 1
    /// The constant in every prediction.
    public var mean: Float = 0
    /// The means of the rows' and of the columns' initial factors.
    public var center: (rows: Float, columns: Float) = (0, 0)
    /// The standard deviation of the initial factors.
    public var deviation: Float = 0.1
    /// The cache that the vectors of a tile may take, in bytes.
    public var tileBytes = TileShape.defaultBytes

    /// Options with these factors, penalty and kind of steps, and defaults for the rest.
    public init(
      factors: Int, hasBiases: Bool, regularization: Regularization, adaGrad: AdaGradScale? = nil
    ) {
      shape = FactorShape(
        factors: factors, hasBiases: hasBiases, hasAccumulators: adaGrad != nil)
      self.adaGrad = adaGrad
      self.regularization = regularization
    }
  }

  /// The grid that the ratings are cut by.
  public let grid: Grid
  private let options: Options
  private let schedule: any StratumSchedule
  private let degrees: (rows: [Int32], columns: [Int32])
  private var sweeper: BlockSweeper
  private var rows: FactorBlock
  private var columns: FactorBlock

  /// Cuts the ratings and draws random factors.
  ///
  /// - Parameters:
  ///   - ratings: by dense index, in any order.
  ///   - rowCount: the number of rows.
  ///   - columnCount: the number of columns.
  ///   - options: what to do with them.
  public init(_ ratings: [Rating], rows rowCount: Int, columns columnCount: Int, _ options: Options)
  {
    let degrees = (
      rows: ratings.degrees(rowCount, of: \.row),
      columns: ratings.degrees(columnCount, of: \.column)
    )
    let all = 0..<options.blocks
    let grid = Grid(
      rowDegrees: degrees.rows, columnDegrees: degrees.columns, blockCount: options.blocks,
      seed: options.seed, shape: options.shape, tileBytes: options.tileBytes
    ) { $0.counts(of: ratings) }
    let blocks = ratings.withUnsafeBufferPointer { RatingBlocks($0, grid: grid, rowBlocks: all) }
    let shares = PenaltyShares(
      grid: grid, rowBlocks: all, rowDegrees: degrees.rows, columnDegrees: degrees.columns,
      isWeighted: options.regularization.isWeighted)
    let kernel = options.loss.kernel(options.regularization, options.shape)
    sweeper = BlockSweeper(
      blocks: blocks, kernel: kernel, shares: shares, pointOrder: options.pointOrder,
      seed: options.seed)

    rows = FactorBlock(shape: options.shape, capacity: rowCount)
    columns = FactorBlock(shape: options.shape, capacity: columnCount)
    self.grid = grid
    self.degrees = degrees
    self.options = options
    schedule = options.schedule.schedule(seed: options.seed)
    restart()
  }

  /// Goes back to the random factors of the start.
  public func restart() {
    func start(_ center: Float, _ stream: RandomStream) -> InitialFactors {
      InitialFactors(
        factors: options.shape.factors, center: center, deviation: options.deviation,
        seed: options.seed, stream: stream)
    }
    let all = 0..<options.blocks
    rows.initialize(all, of: grid.rows, from: start(options.center.rows, .initialRowFactors)) {
      degrees.rows[$0] > 0
    }
    columns.initialize(
      all, of: grid.columns, from: start(options.center.columns, .initialColumnFactors)
    ) { degrees.columns[$0] > 0 }
  }

  /// A copy of all factors.
  public struct Snapshot: Sendable {
    fileprivate let rows: [Float]
    fileprivate let columns: [Float]
  }

  /// Copies the factors.
  public func snapshot() -> Snapshot {
    Snapshot(rows: Array(rows.floats), columns: Array(columns.floats))
  }

  /// Goes back to the factors of a snapshot.
  public func restore(_ snapshot: Snapshot) {
    _ = rows.floats.update(fromContentsOf: snapshot.rows)
    _ = columns.floats.update(fromContentsOf: snapshot.columns)
  }

  /// One epoch: a stochastic gradient step for each rating, where neither blocks nor ratings are drawn
  /// with replacement.
  ///
  /// - Returns: costs and squared errors before each step.
  public func train(epoch: Int, stepSize: Float) -> ErrorSums {
    let rule = UpdateRule(
      mean: options.mean, stepSize: stepSize, regularization: options.regularization,
      adaGrad: options.adaGrad)
    let plan = schedule.plan(epoch: epoch, blockCount: grid.blockCount)
    return sweep(plan) { row, column, rows, columns in
      sweeper.train(
        rowBlock: row, columnBlock: column, rows: rows, columns: columns, rule: rule, epoch: epoch)
    }
  }

  /// Costs and squared errors of the factors as they stand; squared errors after clipping to a range.
  public func evaluate(
    range: ClosedRange<Float> = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
  ) -> ErrorSums {
    let rule = PredictionRule(mean: options.mean, range: range)
    return sweep(EpochPlan(cyclic: grid.blockCount)) { row, column, rows, columns in
      sweeper.evaluate(
        rowBlock: row, columnBlock: column, rows: rows, columns: columns, rule: rule)
    }
  }

  /// The loss with its penalties; not finite where any factor is not.
  public var objective: Double {
    var sum = evaluate().cost
    for row in degrees.rows.indices {
      sum += options.regularization.penalty(
        of: rows.view, at: Int(grid.rows.positions[row]), degree: degrees.rows[row], isRow: true)
    }
    for column in degrees.columns.indices {
      sum += options.regularization.penalty(
        of: columns.view, at: Int(grid.columns.positions[column]),
        degree: degrees.columns[column], isRow: false)
    }
    return sum
  }

  /// The factors and the bias of a row, by dense index.
  public func row(_ index: Int) -> (factors: [Float], bias: Float) {
    vector(rows.view, at: Int(grid.rows.positions[index]))
  }

  /// The factors and the bias of a column, by dense index.
  public func column(_ index: Int) -> (factors: [Float], bias: Float) {
    vector(columns.view, at: Int(grid.columns.positions[index]))
  }

  /// The predicted value of a cell, by dense indices.
  public func prediction(row: Int, column: Int) -> Float {
    let (w, rowBias) = self.row(row)
    let (h, columnBias) = self.column(column)
    return zip(w, h).reduce(options.mean + rowBias + columnBias) { $0 + $1.0 * $1.1 }
  }

  private func vector(_ view: FactorView, at position: Int) -> (factors: [Float], bias: Float) {
    (Array(view.vector(position).prefix(options.shape.factors)), view.biases?[position] ?? 0)
  }

  /// Makes all visits in the order of a plan; sums are added row block by row block, as
  /// distributed training adds them.
  private func sweep(
    _ plan: EpochPlan, _ visit: (Int, Int, FactorView, FactorView) -> ErrorSums
  ) -> ErrorSums {
    var sums = [ErrorSums](repeating: ErrorSums(), count: grid.blockCount)
    for subEpoch in 0..<grid.blockCount {
      for row in 0..<grid.blockCount {
        let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
        sums[row] += visit(
          row, column, rows.view.advanced(by: grid.rows.starts[row]),
          columns.view.advanced(by: grid.columns.starts[column]))
      }
    }
    return sums.reduce(into: ErrorSums()) { $0 += $1 }
  }
}
