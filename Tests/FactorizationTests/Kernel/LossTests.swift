import Factorization
import XCTest

final class LossTests: XCTestCase {
  func testDescentIsMinusTheDerivativeOfTheCost() {
    assertDescent(of: SquaredLoss.self)
    assertDescent(of: HuberLoss.self)
  }

  func testHuberAgreesWithSquaredForSmallErrorsAndGrowsLinearlyBeyond() {
    XCTAssertEqual(HuberLoss.cost(prediction: 2.5, value: 3), 0.25)
    XCTAssertEqual(HuberLoss.cost(prediction: 0, value: 3), 5)
    XCTAssertEqual(HuberLoss.descent(prediction: 9, value: 3), -2)
  }

  private func assertDescent<L: Loss>(of loss: L.Type) {
    for value in [-2, 0.5, 4] as [Float] {
      for prediction in [-3.3, -0.2, 0.4, 1.7, 6] as [Float] {
        let h: Float = 1 / 64
        let up = Double(L.cost(prediction: prediction + h, value: value))
        let down = Double(L.cost(prediction: prediction - h, value: value))
        let slope = (up - down) / Double(2 * h)
        XCTAssertEqual(
          Double(L.descent(prediction: prediction, value: value)), -slope, accuracy: 0.05,
          "\(loss) at \(prediction) for \(value)")
      }
    }
  }
}
