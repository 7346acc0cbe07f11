import DistributedFactorization
import Factorization
import MPI
import MPITestSupport
import XCTest

/// Copies on random shares, averaged after each epoch.
final class PSGDTests: RankTestCase {
  private let sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)

  private func options(usesAdaGrad: Bool = false, isWeighted: Bool = true) -> TrainingOptions {
    var options = TrainingOptions()
    options.solver = .psgd
    options.factors = 20
    options.epochs = 4
    options.blocks = 12
    options.regularization = Regularization(rows: 0.05, columns: 0.02, isWeighted: isWeighted)
    options.tileBytes = 4 << 10
    options.lossPass = .exact
    options.usesAdaGrad = usesAdaGrad
    return options
  }

  func testOnOneRankItIsDSGD() throws {
    let alone = try world.split(color: world.rank)
    for usesAdaGrad in [false, true] {
      var options = options(usesAdaGrad: usesAdaGrad)
      let mixed = try TrainedRun(sample, options: options, initialStep: 0.02, threads: 2, alone)
      options.solver = .dsgd
      let single = try TrainedRun(sample, options: options, initialStep: 0.02, threads: 1, alone)
      XCTAssertEqual(mixed.records.map(\.loss), single.records.map(\.loss))
      XCTAssertEqual(mixed.model?.rowFactors, single.model?.rowFactors)
      XCTAssertEqual(mixed.model?.columnBiases, single.model?.columnBiases)
    }
  }

  /// Every rank trains all copies by itself, and gets what all ranks together got.
  func testTheModelIsTheMeanOfCopiesOnRandomShares() throws {
    for (usesAdaGrad, isWeighted) in [(false, true), (true, false)] {
      let options = options(usesAdaGrad: usesAdaGrad, isWeighted: isWeighted)
      var runs: [TrainedRun] = []
      for threads in [1, 3] {
        runs.append(
          try TrainedRun(sample, options: options, initialStep: 0.02, threads: threads, world))
      }
      XCTAssertEqual(runs[0].records.map(\.loss), runs[1].records.map(\.loss), "threads")
      XCTAssertLessThan(runs[0].records[4].loss, runs[0].records[0].loss)
      guard let model = runs[0].model else { continue }
      let copies = Copies(sample, options, runs[0], ranks: world.size)
      var step = StepSize(
        policy: options.step, initial: 0.02, decay: options.usedStepDecay, epochs: 4)
      for epoch in 1...4 {
        copies.train(epoch, stepSize: step.current)
        step.advance(loss: 0)
      }
      for row in 0..<sample.rows {
        let expected = copies.vector(row)
        let found = model.rowFactors[row * options.factors..<(row + 1) * options.factors]
        for (a, b) in zip(expected, found) { XCTAssertEqual(a, b, accuracy: 1e-5) }
      }
    }
  }
}

/// The copies of all ranks in one place.
private final class Copies {
  private final class Copy {
    let rows: FactorBlock
    let columns: FactorBlock
    var sweeper: BlockSweeper
    init(
      _ rows: consuming FactorBlock, _ columns: consuming FactorBlock,
      _ sweeper: consuming BlockSweeper
    ) {
      self.rows = rows
      self.columns = columns
      self.sweeper = sweeper
    }
  }

  private let grid: Grid
  private let options: TrainingOptions
  private let mean: Float
  private let adaGrad: AdaGradScale?
  private let copies: [Copy]

  init(_ sample: SkewedRatings, _ options: TrainingOptions, _ run: TrainedRun, ranks: Int) {
    let problem = run.replayProblem
    let shape = FactorShape(
      factors: options.factors, hasBiases: true, hasAccumulators: options.usesAdaGrad)
    let grid = Grid(
      of: sample.ratings, rows: sample.rows, columns: sample.columns, blockCount: options.blocks,
      seed: options.seed, shape: shape, tileBytes: options.tileBytes)
    self.grid = grid
    self.options = options
    mean = problem.mean
    adaGrad = problem.adaGradDeviation.map {
      AdaGradScale(deviation: $0, factors: options.factors)
    }
    let all = 0..<options.blocks
    let degrees = (
      rows: sample.ratings.degrees(sample.rows, of: \.row),
      columns: sample.ratings.degrees(sample.columns, of: \.column)
    )
    func start(_ partition: BlockPartition, _ degrees: [Int32], _ stream: RandomStream)
      -> FactorBlock
    {
      var block = FactorBlock(shape: shape, capacity: degrees.count)
      let start = InitialFactors(
        factors: options.factors, center: 0, deviation: problem.deviation, seed: options.seed,
        stream: stream)
      block.initialize(all, of: partition, from: start) { degrees[$0] > 0 }
      return block
    }
    let random = CounterRandom(seed: options.seed, stream: .share)
    copies = (0..<ranks).map { rank in
      let share = sample.ratings.filter {
        Int(random.uniform($0.row, $0.column) * Double(ranks)) == rank
      }
      let blocks = share.withUnsafeBufferPointer { RatingBlocks($0, grid: grid, rowBlocks: all) }
      return Copy(
        start(grid.rows, degrees.rows, .initialRowFactors),
        start(grid.columns, degrees.columns, .initialColumnFactors),
        BlockSweeper(
          blocks: blocks,
          kernel: options.loss.kernel(options.regularization, shape),
          shares: PenaltyShares(
            grid: grid, rowBlocks: all, rowDegrees: degrees.rows, columnDegrees: degrees.columns,
            isWeighted: options.regularization.isWeighted),
          pointOrder: options.pointOrder, seed: options.seed))
    }
  }

  func train(_ epoch: Int, stepSize: Double) {
    let rule = UpdateRule(
      mean: mean, stepSize: Float(stepSize), regularization: options.regularization,
      adaGrad: adaGrad)
    let plan = options.schedule.schedule(seed: options.seed)
      .plan(epoch: epoch, blockCount: options.blocks)
    for copy in copies {
      for subEpoch in 0..<options.blocks {
        for row in 0..<options.blocks {
          let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
          _ = copy.sweeper.train(
            rowBlock: row, columnBlock: column,
            rows: copy.rows.view.advanced(by: grid.rows.starts[row]),
            columns: copy.columns.view.advanced(by: grid.columns.starts[column]), rule: rule,
            epoch: epoch)
        }
      }
    }
    average(copies.map { $0.rows.floats })
    average(copies.map { $0.columns.floats })
  }

  private func average(_ blocks: [UnsafeMutableBufferPointer<Float>]) {
    for index in blocks[0].indices {
      let sum = blocks.reduce(0) { $0 + $1[index] }
      for block in blocks { block[index] = sum / Float(blocks.count) }
    }
  }

  func vector(_ row: Int) -> [Float] {
    Array(copies[0].rows.view.vector(Int(grid.rows.positions[row])).prefix(options.factors))
  }
}
