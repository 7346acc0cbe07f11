import DistributedFactorization
import Factorization
import MPI
import MPITestSupport
import XCTest

/// CCD++ against its definition, and on any number of ranks and threads.
final class CCDTests: RankTestCase {
  private static let sample = SkewedRatings(rows: 90, columns: 30, count: 1500, seed: 4)

  private static var options: TrainingOptions {
    var options = TrainingOptions()
    options.solver = .ccd
    options.factors = 5
    options.epochs = 4
    options.blocks = 12
    options.seed = 5
    options.regularization = Regularization(
      rows: 0.05, columns: 0.02, rowBiases: 0.01, columnBiases: 0.03, isWeighted: true)
    return options
  }

  /// All kinds of models that this solver trains.
  private static var kinds: [TrainingOptions] {
    let smooth = [
      (true, true, true), (false, true, false), (true, false, false), (false, false, true),
    ].map { (isWeighted, hasBiases, hasGlobalMean) in
      var options = options
      options.regularization.isWeighted = isWeighted
      options.hasBiases = hasBiases
      options.hasGlobalMean = hasGlobalMean
      return options
    }
    var sparse = options
    (sparse.hasBiases, sparse.hasGlobalMean) = (false, false)
    sparse.regularization.absolute = 0.05
    var nonNegative = sparse
    nonNegative.regularization.constraint = .projected
    return smooth + [sparse, nonNegative]
  }

  /// The same bits as on one rank and one thread.
  func testRanksAndThreadsDoNotMatter() throws {
    for options in Self.kinds {
      // Every rank trains alone; the models that rank 0 reads are its own and that of all.
      let alone = try world.split(color: world.rank)
      let expected = try TrainedRun(
        Self.sample, options: options, initialStep: 0, threads: 1, alone)
      for threads in [1, 3] {
        let run = try TrainedRun(
          Self.sample, options: options, initialStep: 0, threads: threads, world)
        run.assertSameBits(as: expected)
      }
    }
  }

  /// The loss of the residuals is the loss of the model, and never rises.
  func testObjectiveDoesNotRise() throws {
    for var options in Self.kinds {
      options.epochs = 30
      let run = try TrainedRun(Self.sample, options: options, initialStep: 0, threads: 2, world)
      options.lossPass = .exact
      let exact = try TrainedRun(Self.sample, options: options, initialStep: 0, threads: 2, world)
      for (running, record) in zip(run.records, exact.records) {
        XCTAssertEqual(running.loss, record.loss, accuracy: 1e-5 * record.loss)
      }
      for (last, next) in zip(exact.records, exact.records.dropFirst()) {
        XCTAssertLessThanOrEqual(next.loss, last.loss * (1 + 1e-6), "epoch \(next.epoch)")
      }
    }
  }

  /// The paper's algorithm in double precision, without residuals or sums that are kept.
  func testEqualsThePlainAlgorithm() throws {
    for options in Self.kinds {
      var untrained = options
      untrained.epochs = 0
      let start = try TrainedRun(
        Self.sample, options: untrained, initialStep: 0, threads: 1, world)
      let run = try TrainedRun(Self.sample, options: options, initialStep: 0, threads: 2, world)
      guard let initial = start.model, let model = run.model else { continue }
      var plain = PlainCCD(Self.sample, options, initial)
      for _ in 0..<options.epochs { plain.train() }
      for (name, found, expected) in [
        ("W", model.rowFactors, plain.rows), ("H", model.columnFactors, plain.columns),
        ("row biases", model.rowBiases ?? [], plain.rowBiases),
        ("column biases", model.columnBiases ?? [], plain.columnBiases),
      ] where !found.isEmpty {
        for (number, other) in zip(found, expected) {
          XCTAssertEqual(Double(number), other, accuracy: 2e-3, name)
        }
      }
    }
  }

  func testRecoversAMatrixOfFewFactors() throws {
    var generator = SplitMix64(seed: 9)
    let (rows, columns, factors) = (60, 40, 3)
    func vectors(_ count: Int) -> [[Double]] {
      (0..<count).map { _ in (0..<factors).map { _ in 2 * generator.nextUniform() - 1 } }
    }
    let (w, h) = (vectors(rows), vectors(columns))
    var ratings: [Rating] = []
    for row in 0..<rows {
      for column in 0..<columns where generator.nextUniform() < 0.6 {
        let value = zip(w[row], h[column]).reduce(0) { $0 + $1.0 * $1.1 }
        ratings.append(Rating(row: UInt32(row), column: UInt32(column), value: Float(value)))
      }
    }
    var options = Self.options
    (options.factors, options.epochs) = (factors, 200)
    (options.hasBiases, options.hasGlobalMean) = (false, false)
    options.regularization = Regularization(rows: 0, isWeighted: true)
    let run = try TrainedRun(
      SkewedRatings(rows: rows, columns: columns, ratings: ratings), options: options,
      initialStep: 0, threads: 2, world)
    XCTAssertLessThan(run.records.last?.trainRMSE ?? .infinity, 1e-3)
  }
}

/// CCD++ on one rank, as the paper has it.
private struct PlainCCD {
  let ratings: [Rating]
  let options: TrainingOptions
  let mean: Double
  let factors: Int
  var rows: [Double]
  var columns: [Double]
  var rowBiases: [Double]
  var columnBiases: [Double]

  init(_ sample: SkewedRatings, _ options: TrainingOptions, _ initial: Model) {
    ratings = sample.ratings
    self.options = options
    factors = options.factors
    let sum = sample.ratings.reduce(0) { $0 + Double($1.value) }
    mean = options.hasGlobalMean ? sum / Double(sample.ratings.count) : 0
    rows = initial.rowFactors.map { Double($0) }
    columns = initial.columnFactors.map { Double($0) }
    rowBiases = Array(repeating: 0, count: sample.rows)
    columnBiases = Array(repeating: 0, count: sample.columns)
  }

  /// One epoch.
  mutating func train() {
    if options.hasBiases {
      let penalties = options.regularization
      let (rowPenalty, columnPenalty) = (
        Penalty(penalties.rowBiases), Penalty(penalties.columnBiases)
      )
      var (rowNumbers, columnNumbers) = (rowBiases, columnBiases)
      let ones = Array(repeating: 1.0, count: max(rowBiases.count, columnBiases.count))
      _ = solve(&rowNumbers, beside: ones, of: \.row, and: \.column, rowPenalty)
      rowBiases = rowNumbers
      _ = solve(&columnNumbers, beside: ones, of: \.column, and: \.row, columnPenalty)
      columnBiases = columnNumbers
    }
    let (rowPenalty, columnPenalty) = (
      Penalty(options.regularization.rows, options.regularization),
      Penalty(options.regularization.columns, options.regularization)
    )
    var largest = 0.0
    for factor in 0..<factors {
      for _ in 0..<2 {
        var u = stride(from: factor, to: rows.count, by: factors).map { rows[$0] }
        var v = stride(from: factor, to: columns.count, by: factors).map { columns[$0] }
        var decrease = solve(&u, beside: v, of: \.row, and: \.column, rowPenalty)
        for (row, number) in u.enumerated() { rows[row * factors + factor] = number }
        decrease += solve(
          &v, beside: u, of: \.column, and: \.row, columnPenalty)
        for (column, number) in v.enumerated() { columns[column * factors + factor] = number }
        if decrease <= 1e-3 * largest { break }
        largest = max(largest, decrease)
      }
    }
  }

  /// λ and λ₁ of a number, and the least that it may be.
  private struct Penalty {
    let squared: Double
    var absolute = 0.0
    var lowerBound = -Double.infinity

    init(_ squared: Float) { self.squared = Double(squared) }

    init(_ squared: Float, _ regularization: Regularization) {
      self.init(squared)
      absolute = Double(regularization.absolute)
      if regularization.constraint != .none { lowerBound = 0 }
    }
  }

  /// Sets all numbers of one side of a term to their best values.
  private func solve(
    _ numbers: inout [Double], beside others: [Double], of own: KeyPath<Rating, UInt32>,
    and other: KeyPath<Rating, UInt32>, _ penalty: Penalty
  ) -> Double {
    var (gradients, curvatures, degrees) = (
      numbers.map { _ in 0.0 }, numbers.map { _ in 0.0 }, numbers.map { _ in 0.0 }
    )
    for rating in ratings {
      let (index, beside) = (Int(rating[keyPath: own]), others[Int(rating[keyPath: other])])
      gradients[index] += error(rating) * beside
      curvatures[index] += beside * beside
      degrees[index] += 1
    }
    var decrease = 0.0
    for index in numbers.indices where degrees[index] > 0 {
      let multiplier = options.regularization.isWeighted ? degrees[index] : 1
      let curvature = curvatures[index] + penalty.squared * multiplier
      let pull = gradients[index] + curvatures[index] * numbers[index]
      let beyond = max(0, abs(pull) - penalty.absolute * multiplier / 2)
      let best = max(penalty.lowerBound, (pull < 0 ? -beyond : beyond) / curvature)
      decrease += (best - numbers[index]) * (best - numbers[index]) * curvature
      numbers[index] = best
    }
    return decrease
  }

  private func error(_ rating: Rating) -> Double {
    let (row, column) = (Int(rating.row), Int(rating.column))
    let product = (0..<factors).reduce(0) {
      $0 + rows[row * factors + $1] * columns[column * factors + $1]
    }
    return Double(rating.value) - mean - rowBiases[row] - columnBiases[column] - product
  }
}
