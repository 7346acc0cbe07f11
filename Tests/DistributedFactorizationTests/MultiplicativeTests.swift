import DistributedFactorization
import Factorization
import MPI
import MPITestSupport
import XCTest

/// Multiplicative updates against their definition, and on any number of ranks and threads.
final class MultiplicativeTests: RankTestCase {
  private static let sample = SkewedRatings(rows: 90, columns: 30, count: 1500, seed: 4)

  private static var options: TrainingOptions {
    var options = TrainingOptions()
    options.solver = .multiplicative
    options.factors = 5
    options.epochs = 10
    options.blocks = 12
    options.seed = 5
    (options.hasBiases, options.hasGlobalMean) = (false, false)
    options.regularization = Regularization(rows: 0.05, columns: 0.02, isWeighted: true)
    return options
  }

  /// All kinds of models that this solver trains.
  private static var kinds: [TrainingOptions] {
    let losses: [any Loss] = [
      SquaredLoss(), SquaredAllLoss(absentWeight: 0.3), SquaredAllLoss(absentWeight: 1),
      GeneralizedKLLoss(),
    ]
    return losses.flatMap { loss in
      [(true, Float(0)), (false, 0.02)].map { (isWeighted, absolute) in
        var options = options
        options.loss = loss
        options.regularization.isWeighted = isWeighted
        options.regularization.absolute = absolute
        options.regularization.constraint = .projected
        return options
      }
    }
  }

  func testObjectiveDoesNotRise() throws {
    for var options in Self.kinds {
      options.epochs = 60
      let run = try TrainedRun(Self.sample, options: options, initialStep: 0, threads: 2, world)
      for (last, next) in zip(run.records, run.records.dropFirst()) {
        XCTAssertLessThanOrEqual(
          next.loss, last.loss + 1e-6 * abs(last.loss), "\(options.loss), epoch \(next.epoch)")
      }
      guard let model = run.model else { continue }
      XCTAssert((model.rowFactors + model.columnFactors).allSatisfy { $0 >= 0 })
    }
  }

  /// The formulas in double precision.
  func testEqualsThePlainAlgorithm() throws {
    for options in Self.kinds {
      var untrained = options
      untrained.epochs = 0
      let start = try TrainedRun(
        Self.sample, options: untrained, initialStep: 0, threads: 1, world)
      for threads in [1, 3] {
        let run = try TrainedRun(
          Self.sample, options: options, initialStep: 0, threads: threads, world)
        guard let initial = start.model, let model = run.model else { continue }
        var plain = PlainUpdates(Self.sample, options, initial)
        for _ in 0..<options.epochs { plain.train() }
        for (found, expected) in [
          (model.rowFactors, plain.rows), (model.columnFactors, plain.columns),
        ] {
          for (number, other) in zip(found, expected) {
            XCTAssertEqual(
              Double(number), other, accuracy: 1e-5 * max(1, other), "\(options.loss)")
          }
        }
      }
    }
  }

  func testRecoversAMatrixOfFewFactors() throws {
    var generator = SplitMix64(seed: 9)
    let (rows, columns, factors) = (60, 40, 2)
    func vectors(_ count: Int) -> [[Double]] {
      (0..<count).map { _ in (0..<factors).map { _ in generator.nextUniform() } }
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
    (options.factors, options.epochs) = (factors, 2000)
    options.regularization = Regularization(rows: 0, isWeighted: true)
    let run = try TrainedRun(
      SkewedRatings(rows: rows, columns: columns, ratings: ratings), options: options,
      initialStep: 0, threads: 2, world)
    XCTAssertLessThan(run.records.last?.trainRMSE ?? .infinity, 0.01)
  }
}

/// Multiplicative updates on one rank, over every cell of the matrix.
private struct PlainUpdates {
  let options: TrainingOptions
  /// The ratings of each cell, by rows, of which there can be several.
  let cells: [[Double]]
  var rows: [Double]
  var columns: [Double]

  init(_ sample: SkewedRatings, _ options: TrainingOptions, _ initial: Model) {
    self.options = options
    rows = initial.rowFactors.map { Double($0) }
    columns = initial.columnFactors.map { Double($0) }
    var cells = [[Double]](repeating: [], count: sample.rows * sample.columns)
    for rating in sample.ratings {
      cells[Int(rating.row) * sample.columns + Int(rating.column)].append(Double(rating.value))
    }
    self.cells = cells
  }

  /// One epoch.
  mutating func train() {
    let (k, n) = (options.factors, columns.count / options.factors)
    rows = updated(rows, beside: columns, options.regularization.rows) { cells[$0 / k * n + $1] }
    columns = updated(columns, beside: rows, options.regularization.columns) {
      cells[$1 * n + $0 / k]
    }
  }

  /// The new numbers of one side, given the ratings in the cell of a number and a vector of the other.
  private func updated(
    _ numbers: [Double], beside others: [Double], _ penalty: Float,
    _ ratings: (_ index: Int, _ other: Int) -> [Double]
  ) -> [Double] {
    let k = options.factors
    return numbers.indices.map { index in
      var (up, down, degree) = (0.0, 0.0, 0.0)
      for other in 0..<others.count / k {
        let prediction = (0..<k).reduce(0) {
          $0 + numbers[index / k * k + $1] * others[other * k + $1]
        }
        let factor = others[other * k + index % k]
        let values = ratings(index, other)
        degree += Double(values.count)
        if let loss = options.loss as? SquaredAllLoss {
          let weight = Double(loss.absentWeight)
          down += factor * (weight + Double(values.count) * (1 - weight)) * prediction
          up += factor * values.reduce(0, +)
        } else if options.loss is GeneralizedKLLoss {
          down += factor
          for value in values { up += factor * min(128, value / prediction) }
        } else {
          down += factor * Double(values.count) * prediction
          up += factor * values.reduce(0, +)
        }
      }
      if degree == 0 { return numbers[index] }
      let multiplier = options.regularization.isWeighted ? degree : 1
      let lambda = Double(penalty) * multiplier
      let absolute = Double(options.regularization.absolute) * multiplier
      if options.loss is GeneralizedKLLoss {
        // 2λ x² + b x − c = 0
        let (b, c) = (down + absolute, up * numbers[index])
        return lambda == 0 ? c / b : ((b * b + 8 * lambda * c).squareRoot() - b) / (4 * lambda)
      }
      return numbers[index] * up / (down + lambda * numbers[index] + absolute / 2)
    }
  }
}
