import Factorization
import Foundation
import XCTest

/// Predictions and their errors against plain sums.
final class PredictionTests: XCTestCase {
  func testAPredictionIsMeanAndBiasesAndProduct() {
    for factors in [1, 7, 16, 33, 64] {
      let model = TestModel.random(rows: 6, columns: 9, factors: factors)
      for row in 0..<6 {
        for column in 0..<9 {
          var expected = 3.5
          expected += Double(model.rowBiases?[row] ?? 0)
          expected += Double(model.columnBiases?[column] ?? 0)
          for factor in 0..<factors {
            expected +=
              Double(model.rowFactors[row * factors + factor])
              * Double(model.columnFactors[column * factors + factor])
          }
          XCTAssertEqual(
            Double(model.prediction(row: row, column: column, isClipped: false)), expected,
            accuracy: 1e-5)
          XCTAssertEqual(
            Double(model.prediction(row: row, column: column)), min(max(expected, 1), 5),
            accuracy: 1e-5)
        }
      }
    }
  }

  func testWhereSumsAreLogarithmsWhatIsExpectedIsPredicted() {
    func model(_ loss: LossKind) -> Model {
      TestModel.random(rows: 6, columns: 9, factors: 4, globalMean: 0.2, clip: false, loss: loss)
    }
    let (sums, odds, counts) = (model(.squared), model(.logistic), model(.poisson))
    for column in 0..<9 {
      let sum = Double(sums.prediction(row: 2, column: column))
      XCTAssertEqual(
        Double(odds.prediction(row: 2, column: column)), 1 / (1 + exp(-sum)), accuracy: 1e-6)
      XCTAssertEqual(
        Double(counts.prediction(row: 2, column: column)), exp(sum), accuracy: 1e-5)
    }
    for model in [odds, counts] {
      for recommendation in model.recommendations(9, forRows: [2])[0] {
        XCTAssertEqual(
          recommendation.prediction, model.prediction(row: 2, column: recommendation.column))
      }
    }
    var evaluation = Evaluation()
    evaluation.add(value: -1, row: 2, column: 3, model: odds)
    XCTAssertEqual(evaluation.all.rmse, Double(odds.prediction(row: 2, column: 3)))
  }

  func testWhereAbsentCellsAreZerosUnknownOnesAreTheMeanOfAll() {
    var model = TestModel.random(
      rows: 1000, columns: 200, factors: 2, hasBiases: false, globalMean: nil, clip: false,
      loss: .gkl)
    XCTAssertEqual(model.prediction(row: nil, column: 3), 3.529_86 / 2, accuracy: 1e-6)
    // Preferences are 1 wherever there is a value.
    model = TestModel.random(
      rows: 1000, columns: 200, factors: 2, hasBiases: false, globalMean: nil, clip: false,
      loss: .implicit)
    XCTAssertEqual(model.prediction(row: nil, column: 3), 0.5, accuracy: 1e-6)
    model = TestModel.random(
      rows: 1000, columns: 200, factors: 2, hasBiases: false, globalMean: nil, clip: false)
    XCTAssertEqual(model.prediction(row: nil, column: 3), 3.529_86)
  }

  /// The ratings are from 1 to 5, which no probability is, and no preference.
  func testProbabilitiesAndPreferencesAreClippedToWhatTheyCanBe() {
    for loss in [LossKind.logistic, .implicit] {
      let model = TestModel.random(
        rows: 6, columns: 9, factors: 4, hasBiases: false, globalMean: nil, loss: loss)
      for column in 0..<9 {
        let free = model.prediction(row: 2, column: column, isClipped: false)
        let clipped = model.prediction(row: 2, column: column, isClipped: true)
        XCTAssertEqual(clipped, min(max(free, 0), 1), "\(loss)")
      }
    }
  }

  func testUnknownRowsAndColumnsFallBackToMeanAndKnownBias() throws {
    let model = TestModel.random(rows: 6, columns: 9, factors: 4)
    let rowBias = try XCTUnwrap(model.rowBiases)[2]
    let columnBias = try XCTUnwrap(model.columnBiases)[3]
    XCTAssertEqual(model.prediction(row: 2, column: nil), 3.5 + rowBias)
    XCTAssertEqual(model.prediction(row: nil, column: 3), 3.5 + columnBias)
    XCTAssertEqual(model.prediction(row: nil, column: nil), 3.5)
  }

  func testAModelWithoutMeanFallsBackToTheMeanOfItsRatings() {
    for hasBiases in [false, true] {
      let model = TestModel.random(
        rows: 6, columns: 9, factors: 2, hasBiases: hasBiases, globalMean: nil)
      let (w, h) = (model.rowFactors, model.columnFactors)
      let bias = (model.rowBiases?[1] ?? 0) + (model.columnBiases?[2] ?? 0)
      XCTAssertEqual(
        model.prediction(row: 1, column: 2, isClipped: false), bias + w[2] * h[4] + w[3] * h[5],
        accuracy: 1e-6)
      XCTAssertEqual(model.prediction(row: 1, column: nil), 3.529_86)
      XCTAssertEqual(model.prediction(row: nil, column: 2), 3.529_86)
      XCTAssertEqual(model.prediction(row: nil, column: nil), 3.529_86)
    }
  }

  func testClippingIsTheModelsChoiceUnlessOverridden() {
    for clip in [true, false] {
      let large = Model(
        description: TestModel.description(
          rows: 1, columns: 2, factors: 1, hasBiases: false, clip: clip),
        rowFactors: [10], columnFactors: [1, -1], rowIdentifiers: .integers([1]),
        columnIdentifiers: .integers([1, 2]))
      XCTAssertEqual(large.prediction(row: 0, column: 0), clip ? 5 : 13.5)
      XCTAssertEqual(large.prediction(row: 0, column: 1), clip ? 1 : -6.5)
      XCTAssertEqual(large.prediction(row: 0, column: 0, isClipped: true), 5)
      XCTAssertEqual(large.prediction(row: 0, column: 0, isClipped: false), 13.5)
    }
  }

  func testAnEvaluationSeparatesKnownFromUnknownPairs() throws {
    let model = TestModel.random(rows: 6, columns: 9, factors: 4)
    let pairs: [(row: Int?, column: Int?, value: Float)] = [
      (0, 0, 4), (5, 8, 1), (nil, 3, 2), (2, nil, 5), (nil, nil, 3), (1, 1, 2.5),
    ]
    var evaluation = Evaluation()
    XCTAssertNil(evaluation.all.rmse)
    XCTAssertNil(evaluation.known.mae)
    for pair in pairs {
      evaluation.add(value: pair.value, row: pair.row, column: pair.column, model: model)
    }
    func errors(_ pairs: [(row: Int?, column: Int?, value: Float)]) -> [Double] {
      pairs.map { Double($0.value) - Double(model.prediction(row: $0.row, column: $0.column)) }
    }
    let all = errors(pairs)
    let known = errors(pairs.filter { $0.row != nil && $0.column != nil })
    XCTAssertEqual(evaluation.all.count, 6)
    XCTAssertEqual(evaluation.known.count, 3)
    XCTAssertEqual(evaluation.ratingsOfUnknownRows, 2)
    XCTAssertEqual(evaluation.ratingsOfUnknownColumns, 2)
    XCTAssertEqual(
      try XCTUnwrap(evaluation.all.rmse), (all.map { $0 * $0 }.reduce(0, +) / 6).squareRoot(),
      accuracy: 1e-12)
    XCTAssertEqual(
      try XCTUnwrap(evaluation.all.mae), all.map(abs).reduce(0, +) / 6, accuracy: 1e-12)
    XCTAssertEqual(
      try XCTUnwrap(evaluation.known.rmse), (known.map { $0 * $0 }.reduce(0, +) / 3).squareRoot(),
      accuracy: 1e-12)
    XCTAssertEqual(
      try XCTUnwrap(evaluation.known.mae), known.map(abs).reduce(0, +) / 3, accuracy: 1e-12)
  }
}
