import DistributedFactorization
import Factorization
import MPI
import MPITestSupport
import XCTest

/// Gradient descent over all ratings.
final class LBFGSTests: RankTestCase {
  private func options(factors: Int = 6, epochs: Int) -> TrainingOptions {
    var options = TrainingOptions()
    options.solver = .lbfgs
    options.factors = factors
    options.epochs = epochs
    options.blocks = 12
    options.regularization = Regularization(
      rows: 0.05, columns: 0.02, rowBiases: 0.01, columnBiases: 0.03, isWeighted: true)
    options.tileBytes = 2 << 10
    return options
  }

  private func train(
    _ sample: SkewedRatings, _ options: TrainingOptions, threads: Int,
    _ communicator: borrowing Communicator
  ) throws -> TrainedRun {
    try TrainedRun(sample, options: options, initialStep: 0, threads: threads, communicator)
  }

  func testTheObjectiveNeverRises() throws {
    let sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)
    for loss in [LossKind.squared, .huber, .poisson] {
      for isWeighted in [true, false] {
        for hasBiases in [true, false] {
          var options = options(epochs: 40)
          options.loss = loss.loss()
          options.regularization.isWeighted = isWeighted
          options.hasBiases = hasBiases
          options.hasGlobalMean = hasBiases
          let losses = try train(sample, options, threads: 2, world).records.map(\.loss)
          XCTAssertEqual(losses.count, 41)
          for (before, after) in zip(losses, losses.dropFirst()) {
            // The last passes differ in rounding.
            XCTAssertLessThanOrEqual(after, before * (1 + 1e-7), "\(loss), \(hasBiases)")
          }
          XCTAssertLessThan(losses[40], losses[0])
        }
      }
    }
  }

  /// The errors that the solver knows are those that a pass over the ratings finds.
  func testTheLossIsThatOfTheFactors() throws {
    let sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)
    var options = options(epochs: 8)
    let known = try train(sample, options, threads: 1, world).records
    options.lossPass = .exact
    let passed = try train(sample, options, threads: 1, world).records
    for (a, b) in zip(known, passed) {
      XCTAssertEqual(a.loss, b.loss, accuracy: 1e-6 * b.loss)
      XCTAssertEqual(a.trainRMSE, b.trainRMSE, accuracy: 1e-6)
    }
  }

  /// Sums of gradients are rounded otherwise, and so are all iterations after.
  func testRanksAndThreadsAgree() throws {
    let sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)
    let alone = try world.split(color: world.rank)
    let single = try train(sample, options(epochs: 10), threads: 1, alone).records
    for threads in [1, 3] {
      let several = try train(sample, options(epochs: 10), threads: threads, world).records
      for (a, b) in zip(single, several) {
        XCTAssertEqual(a.loss, b.loss, accuracy: 1e-4 * a.loss, "epoch \(a.epoch)")
      }
      let again = try train(sample, options(epochs: 10), threads: threads, world).records
      XCTAssertEqual(several.map(\.loss), again.map(\.loss), "the same every time")
    }
  }

  func testAnExactMatrixIsRecovered() throws {
    var generator = SplitMix64(seed: 3)
    let w = (0..<60).map { _ in (0..<2).map { _ in Float(2 * generator.nextUniform() - 1) } }
    let h = (0..<40).map { _ in (0..<2).map { _ in Float(2 * generator.nextUniform() - 1) } }
    var ratings: [Rating] = []
    for row in 0..<60 {
      for column in 0..<40 where generator.nextUniform() < 0.5 {
        let value = w[row][0] * h[column][0] + w[row][1] * h[column][1]
        ratings.append(Rating(row: UInt32(row), column: UInt32(column), value: value))
      }
    }
    var options = options(factors: 2, epochs: 150)
    options.regularization = Regularization(rows: 0, isWeighted: true)
    options.hasBiases = false
    options.hasGlobalMean = false
    let run = try train(
      SkewedRatings(rows: 60, columns: 40, ratings: ratings), options, threads: 2, world)
    XCTAssertLessThan(try XCTUnwrap(run.records.last).trainRMSE, 1e-3)
  }

  /// At the end the least squares solution of no row and of no column is better.
  func testItEndsWhereAlternatingLeastSquaresStays() throws {
    let sample = SkewedRatings(rows: 20, columns: 14, count: 120, seed: 6)
    var options = options(factors: 2, epochs: 300)
    options.hasBiases = false
    options.hasGlobalMean = false
    let run = try train(sample, options, threads: 2, world)
    guard let model = run.model else { return }
    var exact = LeastSquares(
      sample.ratings, w: model.rowFactors.map { Double($0) },
      h: model.columnFactors.map { Double($0) },
      penalties: (
        Double(options.regularization.rows), Double(options.regularization.columns)
      ))
    let before = exact.objective
    XCTAssertEqual(try XCTUnwrap(run.records.last).loss, before, accuracy: 1e-5 * before)
    exact.solveRows()
    exact.solveColumns()
    XCTAssertLessThanOrEqual(exact.objective, before)
    XCTAssertEqual(exact.objective, before, accuracy: 1e-5 * before)
  }
}

/// Two factors, weighted penalties, in double precision.
private struct LeastSquares {
  let ratings: [Rating]
  var w: [Double]
  var h: [Double]
  let penalties: (rows: Double, columns: Double)

  init(_ ratings: [Rating], w: [Double], h: [Double], penalties: (rows: Double, columns: Double)) {
    self.ratings = ratings
    self.w = w
    self.h = h
    self.penalties = penalties
  }

  var objective: Double {
    ratings.reduce(0) { sum, rating in
      let (i, j) = (2 * Int(rating.row), 2 * Int(rating.column))
      let error = Double(rating.value) - w[i] * h[j] - w[i + 1] * h[j + 1]
      return sum + error * error + penalties.rows * (w[i] * w[i] + w[i + 1] * w[i + 1])
        + penalties.columns * (h[j] * h[j] + h[j + 1] * h[j + 1])
    }
  }

  mutating func solveRows() {
    for row in 0..<w.count / 2 {
      let own = ratings.filter { $0.row == row }.map { (Int($0.column), Double($0.value)) }
      if !own.isEmpty {
        w.replaceSubrange(2 * row..<2 * row + 2, with: solve(own, h, penalties.rows))
      }
    }
  }

  mutating func solveColumns() {
    for column in 0..<h.count / 2 {
      let own = ratings.filter { $0.column == column }.map { (Int($0.row), Double($0.value)) }
      if !own.isEmpty {
        h.replaceSubrange(2 * column..<2 * column + 2, with: solve(own, w, penalties.columns))
      }
    }
  }

  /// Cramer's rule.
  private func solve(
    _ own: [(other: Int, value: Double)], _ others: [Double], _ penalty: Double
  ) -> [Double] {
    let weight = penalty * Double(own.count)
    var (a, b, d, x, y) = (weight, 0.0, weight, 0.0, 0.0)
    for (other, value) in own {
      let (p, q) = (others[2 * other], others[2 * other + 1])
      (a, b, d) = (a + p * p, b + p * q, d + q * q)
      (x, y) = (x + p * value, y + q * value)
    }
    let determinant = a * d - b * b
    return [(d * x - b * y) / determinant, (a * y - b * x) / determinant]
  }
}
