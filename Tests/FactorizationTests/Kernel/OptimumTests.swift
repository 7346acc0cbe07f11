import Factorization
import XCTest

/// Training finds optima that are known.
final class OptimumTests: XCTestCase {
  func testTheDivergenceOfAnExactNonNegativeMatrixGoesToZero() {
    for constraint in [Constraint.projected, .reflected] {
      let training = trained(GeneralizedKLLoss(), constraint, epochs: 4000, stepSize: 0.01)
      XCTAssertLessThan(training.objective, 0.01, "\(constraint)")
      assertMeetsMatrix(training, accuracy: 0.05)
      assertNonNegative(training)
    }
  }

  func testTheSquaredErrorOverAllCellsOfAnExactMatrixGoesToZero() {
    for constraint in Constraint.allCases {
      let training = trained(
        SquaredAllLoss(absentWeight: 1), constraint, epochs: 4000, stepSize: 0.005)
      XCTAssertLessThan(training.objective, 0.05, "\(constraint)")
      assertMeetsMatrix(training, accuracy: 0.05)
      if constraint != .none { assertNonNegative(training) }
    }
  }

  func testTheSquaredErrorOfAnExactNonNegativeMatrixGoesToZero() {
    let training = trained(SquaredLoss(), .projected, epochs: 1500, stepSize: 0.02)
    XCTAssertLessThan(training.objective, 0.01)
    assertNonNegative(training)
  }

  func testAnL1PenaltyMakesFactorsExactlyZero() {
    // So large that to explain nothing is best.
    let nothing = trained(SquaredLoss(), .none, absolute: 20, epochs: 50, stepSize: 0.01)
    XCTAssertEqual(zeros(nothing), Self.factors * (Self.rows + Self.columns))
    let some = trained(SquaredLoss(), .none, absolute: 0.15, epochs: 300, stepSize: 0.02)
    XCTAssertGreaterThan(zeros(some), 10)
    XCTAssertLessThan(some.objective, 0.2 * nothing.objective)
    XCTAssertEqual(zeros(trained(SquaredLoss(), .none, epochs: 300, stepSize: 0.02)), 0)
  }

  func testTheLogisticLossFindsTheShareOfOnes() {
    let ratings = ([1, 1, 1, -1] as [Float]).map { Rating(row: 0, column: 0, value: $0) }
    let training = trained(LogisticLoss(), ratings, stepSize: 0.02)
    XCTAssertEqual(
      Link.logistic.mean(training.prediction(row: 0, column: 0)), 0.75, accuracy: 0.01)
  }

  func testThePoissonLossFindsTheMeanOfCounts() {
    let ratings = ([0, 2, 3, 1, 4] as [Float]).map { Rating(row: 0, column: 0, value: $0) }
    let training = trained(PoissonLoss(), ratings, stepSize: 0.002)
    XCTAssertEqual(
      Link.exponential.mean(training.prediction(row: 0, column: 0)), 2, accuracy: 0.02)
  }

  // MARK: An exact matrix

  private static let rows = 24
  private static let columns = 18
  private static let factors = 4

  /// A matrix of rank 3 without negative entries: one part of rows and columns has two of the factors, the
  /// other the third, so that where they cross there are zeros.
  private static let matrix: [[Float]] = {
    var generator = SplitMix64(seed: 9)
    func vectors(_ count: Int) -> [[Float]] {
      (0..<count).map { index in
        (0..<3).map { ($0 == 2) == (index % 3 == 0) ? 0.5 + Float(generator.nextUniform()) : 0 }
      }
    }
    let (w, h) = (vectors(rows), vectors(columns))
    return w.map { w in h.map { h in zip(w, h).reduce(0) { $0 + $1.0 * $1.1 } } }
  }()

  /// Trains on the entries of the matrix that are not zero.
  private func trained(
    _ loss: any Loss, _ constraint: Constraint, absolute: Float = 0, epochs: Int, stepSize: Float
  ) -> SequentialTraining {
    var ratings: [Rating] = []
    for (row, values) in Self.matrix.enumerated() {
      for (column, value) in values.enumerated() where value > 0 {
        ratings.append(Rating(row: UInt32(row), column: UInt32(column), value: value))
      }
    }
    var regularization = Regularization(rows: 0, isWeighted: true)
    regularization.absolute = absolute
    regularization.constraint = constraint
    var options = SequentialTraining.Options(
      factors: Self.factors, hasBiases: false, regularization: regularization)
    options.loss = loss
    options.blocks = 3
    options.center = (0.5, 0.5)
    options.deviation = 0.2
    let training = SequentialTraining(
      ratings, rows: Self.rows, columns: Self.columns, options)
    for epoch in 1...epochs {
      // Down to nothing, since steps of one size end near an optimum only.
      _ = training.train(
        epoch: epoch, stepSize: stepSize * (1 - Float(epoch) / Float(epochs + 1)))
    }
    return training
  }

  private func trained(
    _ loss: any Loss, _ ratings: [Rating], stepSize: Float
  ) -> SequentialTraining {
    var options = SequentialTraining.Options(
      factors: 2, hasBiases: true, regularization: Regularization(rows: 0, isWeighted: true))
    options.loss = loss
    let training = SequentialTraining(ratings, rows: 1, columns: 1, options)
    for epoch in 1...4000 {
      _ = training.train(epoch: epoch, stepSize: stepSize * (1 - Float(epoch) / 4001))
    }
    return training
  }

  private func assertMeetsMatrix(_ training: SequentialTraining, accuracy: Float) {
    var largestError: Float = 0
    for row in 0..<Self.rows {
      for column in 0..<Self.columns {
        let error = training.prediction(row: row, column: column) - Self.matrix[row][column]
        largestError = max(largestError, abs(error))
      }
    }
    XCTAssertLessThan(largestError, accuracy)
  }

  private func assertNonNegative(_ training: SequentialTraining) {
    XCTAssertGreaterThanOrEqual(factors(training).min() ?? -1, 0)
  }

  private func zeros(_ training: SequentialTraining) -> Int {
    factors(training).count { $0 == 0 }
  }

  private func factors(_ training: SequentialTraining) -> [Float] {
    (0..<Self.rows).flatMap { training.row($0).factors }
      + (0..<Self.columns).flatMap { training.column($0).factors }
  }
}
