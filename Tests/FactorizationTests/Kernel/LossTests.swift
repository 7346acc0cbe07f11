import Factorization
import Foundation
import XCTest

final class LossTests: XCTestCase {
  func testDescentIsMinusTheDerivativeOfTheCost() {
    let predictions: [Float] = [-3.3, -0.2, 0.4, 1.7, 6]
    for loss in [SquaredLoss(), HuberLoss(bend: 1), HuberLoss(bend: 0.3)] as [any Loss] {
      assertDescent(of: loss, [-2, 0.5, 4], predictions)
    }
    assertDescent(of: SquaredAllLoss(absentWeight: 0.2), [-2, 0.5, 4], predictions)
    assertDescent(of: LogisticLoss(), [-1, 1], predictions)
    assertDescent(of: PoissonLoss(), [0, 1, 5], [-3.3, -0.2, 0.4, 1.7])
    // The smallest is where the cost is a tangent.
    assertDescent(of: GeneralizedKLLoss(), [0, 1, 5], [0.25, 0.4, 1.7, 6])
    assertDescent(of: GeneralizedKLLoss(), [90, 200], [0.02, 0.3])
  }

  func testHuberAgreesWithSquaredForSmallErrorsAndGrowsLinearlyBeyond() {
    let loss = HuberLoss(bend: 1)
    XCTAssertEqual(loss.cost(prediction: 2.5, value: 3), 0.25)
    XCTAssertEqual(loss.cost(prediction: 0, value: 3), 5)
    XCTAssertEqual(loss.descent(prediction: 9, value: 3), -2)
    XCTAssertEqual(HuberLoss(bend: 2).cost(prediction: 0, value: 3), 8)
  }

  func testCostsAreWhatTheirFormulasSay() {
    for (value, prediction) in [(1, 0.5), (3, 4), (7, 0.25), (0, 2)] as [(Float, Float)] {
      let (v, p) = (Double(value), Double(prediction))
      let divergence = (v > 0 ? v * log(v / p) : 0) - v
      XCTAssertEqual(
        Double(GeneralizedKLLoss().cost(prediction: prediction, value: value)), divergence,
        accuracy: 1e-5)
      XCTAssertEqual(
        Double(PoissonLoss().cost(prediction: prediction, value: value)),
        exp(p) - v * p + (v > 0 ? v * log(v) - v : 0), accuracy: 1e-5)
      let sign: Float = value > 2 ? 1 : -1
      XCTAssertEqual(
        Double(LogisticLoss().cost(prediction: prediction, value: sign)),
        log(1 + exp(-Double(sign) * p)), accuracy: 1e-6)
    }
  }

  func testCostsAndDescentsOfWildPredictionsAreFinite() {
    for prediction in [-1e6, -300, 0, 300, 1e6] as [Float] {
      XCTAssert(LogisticLoss().cost(prediction: prediction, value: -1).isFinite)
      XCTAssert(LogisticLoss().descent(prediction: prediction, value: 1).isFinite)
    }
    XCTAssertEqual(GeneralizedKLLoss().descent(prediction: 0, value: 5), 128)
    XCTAssertEqual(GeneralizedKLLoss().descent(prediction: 0, value: 0), 0)
    XCTAssert(GeneralizedKLLoss().cost(prediction: 0, value: 5).isFinite)
  }

  /// Otherwise a diverging run would go on.
  func testNoLossHidesWhatIsNotANumber() {
    for loss in LossKind.allCases.map({ $0.loss() }) {
      for value in [0, 1] as [Float] {
        XCTAssert(loss.cost(prediction: .nan, value: value).isNaN, "\(loss)")
      }
      XCTAssert(loss.descent(prediction: .nan, value: 1).isNaN, "\(loss)")
    }
  }

  func testLinksAreInversesOfTheirPredictions() {
    for link in [Link.identity, .logistic, .exponential] {
      for mean in [0.03, 0.5, 0.9] as [Float] {
        XCTAssertEqual(link.mean(link.prediction(ofMean: mean)), mean, accuracy: 1e-6)
      }
    }
  }

  func testExponentialAndLogarithmAreCloseToTheTrueOnes() {
    for step in -300...300 {
      let x = Float(step) * 0.27
      let exact = exp(Double(x))
      XCTAssertEqual(Double(Link.exponential.mean(x)), exact, accuracy: 3e-7 * exact)
      guard abs(x) < 7 else { continue }
      XCTAssertEqual(
        Double(Link.exponential.prediction(ofMean: Float(exact))), Double(x), accuracy: 1e-6)
    }
    XCTAssertEqual(Link.exponential.mean(100), .infinity)
    XCTAssertLessThan(Link.exponential.mean(-1000), 1e-37)
  }

  private func assertDescent(of loss: any Loss, _ values: [Float], _ predictions: [Float]) {
    for value in values {
      for prediction in predictions {
        let h: Float = prediction < 0.1 && prediction > 0 ? 1 / 512 : 1 / 64
        let up = Double(loss.cost(prediction: prediction + h, value: value))
        let down = Double(loss.cost(prediction: prediction - h, value: value))
        let slope = (up - down) / Double(2 * h)
        XCTAssertEqual(
          Double(loss.descent(prediction: prediction, value: value)), -slope,
          accuracy: 0.05 + 0.01 * abs(slope), "\(loss) at \(prediction) for \(value)")
      }
    }
  }
}
