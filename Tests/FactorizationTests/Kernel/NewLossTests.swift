import Factorization
import Foundation
import XCTest

/// The loss that Docs/new-loss.md adds.
final class NewLossTests: XCTestCase {
  func testTheDocumentShowsTheCodeThatIsTestedHere() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let page = here.appendingPathComponent("../../../Docs/new-loss.md").standardized
    let code = here.appendingPathComponent("QuantileLoss.swift")
    let text = try String(contentsOf: code, encoding: .utf8)
    XCTAssert(try String(contentsOf: page, encoding: .utf8).contains("```swift\n\(text)```\n"))
  }

  func testNineTenthsOfTheValuesAreBelowThePrediction() {
    var options = SequentialTraining.Options(
      factors: 2, hasBiases: true, regularization: Regularization(rows: 0, isWeighted: true))
    options.loss = QuantileLoss(share: 0.9)
    let ratings = (1...20).map { Rating(row: 0, column: 0, value: Float($0)) }
    let training = SequentialTraining(ratings, rows: 1, columns: 1, options)
    for epoch in 1...500 { _ = training.train(epoch: epoch, stepSize: 0.1 / Float(epoch)) }
    XCTAssertEqual(training.prediction(row: 0, column: 0), 18.5, accuracy: 0.8)
  }
}
