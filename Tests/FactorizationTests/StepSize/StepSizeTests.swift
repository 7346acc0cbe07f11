import Factorization
import XCTest

final class StepSizeTests: XCTestCase {
  func testBoldDriverGrowsWhenTheLossFallsAndHalvesWhenItDoesNot() {
    var step = StepSize(policy: .boldDriver, initial: 1, epochs: 9)
    step.advance(loss: 10)
    XCTAssertEqual(step.current, 1.05, accuracy: 1e-12)
    step.advance(loss: 10)
    XCTAssertEqual(step.current, 0.525, accuracy: 1e-12)
    step.advance(loss: 11)
    XCTAssertEqual(step.current, 0.2625, accuracy: 1e-12)
    step.advance(loss: 9)
    XCTAssertEqual(step.current, 0.275625, accuracy: 1e-12)
  }

  func testEachPolicyFollowsItsFormula() {
    var power = StepSize(policy: .power, initial: 0.5, decay: 0.6, epochs: 9)
    var exponential = StepSize(policy: .exponential, initial: 0.5, decay: 0.9, epochs: 9)
    var polynomial = StepSize(policy: .polynomial, initial: 0.5, decay: 2, epochs: 9)
    var constant = StepSize(policy: .constant, initial: 0.5, decay: 0.9, epochs: 9)
    for epoch in 1...5 {
      power.advance(loss: 1)
      exponential.advance(loss: 1)
      polynomial.advance(loss: 1)
      constant.advance(loss: 1)
      XCTAssertEqual(power.current, 0.5 / pow(1 + Double(epoch), 0.6), accuracy: 1e-12)
      XCTAssertEqual(exponential.current, 0.5 * pow(0.9, Double(epoch)), accuracy: 1e-12)
      let rest = 1 - Double(epoch) / 9
      XCTAssertEqual(polynomial.current, 0.5 * rest * rest, accuracy: 1e-12)
      XCTAssertEqual(constant.current, 0.5)
    }
  }

  func testRestartShrinksAllLaterSteps() {
    for policy in StepSizePolicy.allCases {
      var plain = StepSize(policy: policy, initial: 1, decay: 0.9, epochs: 9)
      var restarted = plain
      restarted.restart(shrinkingBy: 0.5)
      for loss in [5.0, 4, 6, 3] {
        plain.advance(loss: loss)
        restarted.advance(loss: loss)
        XCTAssertEqual(restarted.current, plain.current / 2, accuracy: 1e-12, "\(policy)")
      }
    }
  }
}
