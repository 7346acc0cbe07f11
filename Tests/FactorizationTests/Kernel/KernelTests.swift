import Factorization
import SerialReplay
import XCTest

/// The compiled kernels, tiles and shuffles against plain scalar code.
final class KernelTests: XCTestCase {
  func testTrainingEqualsThePlainReplayBitForBitForEveryWidthLossPenaltyAndStep() {
    for factors in [1, 8, 16, 17, 32, 50, 64, 100, 128, 200, 300] {
      for loss in LossKind.allCases.map({ $0.loss() }) {
        for isWeighted in [true, false] {
          for hasBiases in loss.allowsBiases ? [true, false] : [false] {
            for usesAdaGrad in [true, false] {
              assertEqualToReplay(
                problem(factors, loss, isWeighted: isWeighted, hasBiases: hasBiases),
                usesAdaGrad: usesAdaGrad)
            }
          }
        }
      }
    }
  }

  func testEveryConstraintAndParameterEqualsThePlainReplayBitForBit() {
    var parameters = LossKind.Parameters()
    parameters.huberBend = 0.4
    parameters.absentWeight = 0.1
    for factors in [5, 40] {
      for loss in LossKind.allCases.map({ $0.loss(parameters) }) {
        for constraint in Constraint.allCases {
          for isWeighted in [true, false] {
            for usesAdaGrad in [true, false] {
              var problem = problem(factors, loss, isWeighted: isWeighted, hasBiases: false)
              problem.regularization.absolute = 0.3
              problem.regularization.constraint = constraint
              assertEqualToReplay(problem, usesAdaGrad: usesAdaGrad)
            }
          }
        }
      }
    }
  }

  func testWidestVectorsAreTrained() {
    assertEqualToReplay(
      problem(FactorShape.maximumFactors, SquaredLoss(), isWeighted: true, hasBiases: true))
  }

  func testEveryPointOrderEqualsThePlainReplay() {
    for pointOrder in PointOrder.allCases {
      for schedule in ScheduleKind.allCases {
        var problem = problem(24, SquaredLoss(), isWeighted: true, hasBiases: true)
        problem.pointOrder = pointOrder
        problem.schedule = schedule
        assertEqualToReplay(problem)
      }
    }
  }

  func testTilesOfManyStripsEqualThePlainReplay() {
    for factors in [100, 256] {
      var problem = problem(factors, SquaredLoss(), isWeighted: true, hasBiases: true)
      let sample = SampleRatings(rows: 500, columns: 30, count: 4000, seed: 8)
      (problem.ratings, problem.rows) = (sample.ratings, sample.rows)
      problem.tileBytes = 160 * FactorShape(factors: factors, hasBiases: false).stride * 4
      let tiles = problem.grid.tiles
      XCTAssertGreaterThan(tiles.rows, 2 * tiles.stripRows)
      assertEqualToReplay(problem)
    }
  }

  func testEvaluationSumsWhatTrainingSeesBeforeAStepOfZero() {
    let training = SequentialTraining(problem(24, SquaredLoss(), isWeighted: true, hasBiases: true))
    let trained = training.train(epoch: 1, stepSize: 0)
    let evaluated = training.evaluate()
    XCTAssertEqual(trained.cost, evaluated.cost, accuracy: 1e-9 * evaluated.cost)
    XCTAssertEqual(trained.squaredError, evaluated.squaredError, accuracy: 1e-9 * evaluated.cost)
    XCTAssertGreaterThan(evaluated.cost, 0)
  }

  func testClippingReducesErrorsOfPredictionsBeyondTheRange() {
    let training = SequentialTraining(problem(24, SquaredLoss(), isWeighted: true, hasBiases: true))
    let free = training.evaluate()
    let clipped = training.evaluate(range: 2.9...3.1)
    XCTAssertEqual(clipped.cost, free.cost)
    XCTAssertNotEqual(clipped.squaredError, free.squaredError)
  }

  private func problem(
    _ factors: Int, _ loss: any Loss, isWeighted: Bool, hasBiases: Bool
  ) -> SerialReplay.Problem {
    var sample = SampleRatings(rows: 40, columns: 30, count: 500, seed: UInt64(factors))
    sample.adapt(to: loss)
    let side = 1 / Float(factors).squareRoot()
    return SerialReplay.Problem(
      ratings: sample.ratings, rows: sample.rows, columns: sample.columns, blocks: 3,
      factors: factors, hasBiases: hasBiases, loss: loss,
      regularization: Regularization(
        rows: 0.05, columns: 0.02, rowBiases: 0.01, columnBiases: 0.03, isWeighted: isWeighted),
      schedule: .wor, seed: 3, mean: hasBiases ? 0.3 : 0, center: (side, 0.5 * side),
      deviation: side, tileBytes: 16 * FactorShape(factors: factors, hasBiases: false).stride * 4)
  }

  private func assertEqualToReplay(
    _ problem: SerialReplay.Problem, usesAdaGrad: Bool = false
  ) {
    var problem = problem
    if usesAdaGrad { problem.adaGradDeviation = 1.3 }
    let training = SequentialTraining(problem)
    var replay = SerialReplay(problem)
    let hasBiases = problem.hasBiases
    let name =
      "\(problem.factors) factors, \(problem.loss), \(problem.regularization), biases "
      + "\(hasBiases), AdaGrad \(usesAdaGrad), points \(problem.pointOrder), strata \(problem.schedule)"
    XCTAssertGreaterThan(training.grid.tiles.tilesPerBlock, 1)
    for epoch in 1...2 {
      let cost = training.train(epoch: epoch, stepSize: 0.01).cost
      XCTAssertEqual(cost, replay.train(epoch: epoch, stepSize: 0.01), name)
      XCTAssert(cost.isFinite, name)
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
