import Factorization
import SerialReplay
import XCTest

/// The compiled kernels, tiles and shuffles against plain scalar code.
final class KernelTests: XCTestCase {
  func testTrainingEqualsThePlainReplayBitForBitForEveryWidthLossPenaltyAndStep() {
    for factors in [1, 8, 16, 17, 32, 50, 64, 100, 128, 200, 300] {
      for loss in LossKind.allCases {
        for isWeighted in [true, false] {
          for hasBiases in [true, false] {
            for usesAdaGrad in [true, false] {
              assertEqualToReplay(
                factors, loss, isWeighted: isWeighted, hasBiases: hasBiases,
                usesAdaGrad: usesAdaGrad)
            }
          }
        }
      }
    }
  }

  func testWidestVectorsAreTrained() {
    assertEqualToReplay(
      FactorShape.maximumFactors, .squared, isWeighted: true, hasBiases: true)
  }

  func testEvaluationSumsWhatTrainingSeesBeforeAStepOfZero() {
    let training = SequentialTraining(problem(24, .squared, isWeighted: true, hasBiases: true))
    let trained = training.train(epoch: 1, stepSize: 0)
    let evaluated = training.evaluate()
    XCTAssertEqual(trained.cost, evaluated.cost, accuracy: 1e-9 * evaluated.cost)
    XCTAssertEqual(trained.squaredError, evaluated.squaredError, accuracy: 1e-9 * evaluated.cost)
    XCTAssertGreaterThan(evaluated.cost, 0)
  }

  func testClippingReducesErrorsOfPredictionsBeyondTheRange() {
    let training = SequentialTraining(problem(24, .squared, isWeighted: true, hasBiases: true))
    let free = training.evaluate()
    let clipped = training.evaluate(range: 2.9...3.1)
    XCTAssertEqual(clipped.cost, free.cost)
    XCTAssertNotEqual(clipped.squaredError, free.squaredError)
  }

  /// Each step moves against the gradient of the objective that Docs/algorithm.md states.
  func testASmallStepLowersTheObjectiveAsItsGradientSays() {
    for loss in LossKind.allCases {
      for isWeighted in [true, false] {
        var problem = problem(4, loss, isWeighted: isWeighted, hasBiases: true)
        problem.ratings = [Rating(row: 1, column: 2, value: 4)]
        let before = SequentialTraining(problem)
        let start = before.objective
        let after = SequentialTraining(problem)
        let step: Float = 1e-3
        _ = after.train(epoch: 1, stepSize: step)
        // To first order a step of −ε∇ changes the objective by −ε‖∇‖² = −‖Δ‖²/ε.
        let predicted = -after.squaredDistance(to: before, problem) / Double(step)
        XCTAssertEqual(after.objective - start, predicted, accuracy: 0.05 * abs(predicted))
        XCTAssertLessThan(predicted, 0)
      }
    }
  }

  private func problem(
    _ factors: Int, _ loss: LossKind, isWeighted: Bool, hasBiases: Bool
  ) -> SerialReplay.Problem {
    let sample = SampleRatings(rows: 40, columns: 30, count: 500, seed: UInt64(factors))
    return SerialReplay.Problem(
      ratings: sample.ratings, rows: sample.rows, columns: sample.columns, blocks: 3,
      factors: factors, hasBiases: hasBiases, loss: loss,
      regularization: Regularization(
        rows: 0.05, columns: 0.02, rowBiases: 0.01, columnBiases: 0.03, isWeighted: isWeighted),
      schedule: .wor, seed: 3, mean: 3, center: (0.1, 0.2),
      deviation: 0.1, tileBytes: 16 * FactorShape(factors: factors, hasBiases: false).stride * 4)
  }

  private func assertEqualToReplay(
    _ factors: Int, _ loss: LossKind, isWeighted: Bool, hasBiases: Bool, usesAdaGrad: Bool = false
  ) {
    var problem = problem(factors, loss, isWeighted: isWeighted, hasBiases: hasBiases)
    if usesAdaGrad { problem.adaGradDeviation = 1.3 }
    let training = SequentialTraining(problem)
    var replay = SerialReplay(problem)
    let name =
      "\(factors) factors, \(loss), weighted \(isWeighted), biases \(hasBiases), "
      + "AdaGrad \(usesAdaGrad)"
    XCTAssertGreaterThan(training.grid.tiles.tilesPerBlock, 1)
    for epoch in 1...2 {
      let cost = training.train(epoch: epoch, stepSize: 0.01).cost
      XCTAssertEqual(cost, replay.train(epoch: epoch, stepSize: 0.01), name)
    }
    for row in 0..<problem.rows {
      XCTAssertEqual(training.row(row).factors, replay.rows[row], name)
      if hasBiases { XCTAssertEqual(training.row(row).bias, replay.rowBiases[row], name) }
    }
    for column in 0..<problem.columns {
      XCTAssertEqual(
        training.column(column).factors, replay.columns[column], name)
      if hasBiases {
        XCTAssertEqual(training.column(column).bias, replay.columnBiases[column], name)
      }
    }
  }
}

extension SequentialTraining {
  /// The library's training of the same problem.
  fileprivate convenience init(_ problem: SerialReplay.Problem) {
    var options = Options(
      factors: problem.factors, hasBiases: problem.hasBiases,
      regularization: problem.regularization,
      adaGrad: problem.adaGradDeviation.map {
        AdaGradScale(deviation: $0, factors: problem.factors)
      })
    options.blocks = problem.blocks
    options.loss = problem.loss
    options.schedule = problem.schedule
    options.seed = problem.seed
    options.mean = problem.mean
    options.center = problem.center
    options.deviation = problem.deviation
    options.tileBytes = problem.tileBytes
    self.init(problem.ratings, rows: problem.rows, columns: problem.columns, options)
  }

  /// How far all parameters are from another training's.
  fileprivate func squaredDistance(
    to other: SequentialTraining, _ problem: SerialReplay.Problem
  ) -> Double {
    var sum = 0.0
    func add(_ a: (factors: [Float], bias: Float), _ b: (factors: [Float], bias: Float)) {
      for (own, others) in zip(a.factors + [a.bias], b.factors + [b.bias]) {
        let difference = Double(own) - Double(others)
        sum += difference * difference
      }
    }
    for row in 0..<problem.rows { add(self.row(row), other.row(row)) }
    for column in 0..<problem.columns { add(self.column(column), other.column(column)) }
    return sum
  }
}
