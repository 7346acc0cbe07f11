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
    var nomad = StepSize(policy: .nomad, initial: 0.5, decay: 0.2, epochs: 9)
    var constant = StepSize(policy: .constant, initial: 0.5, decay: 0.9, epochs: 9)
    for epoch in 1...5 {
      power.advance(loss: 1)
      exponential.advance(loss: 1)
      polynomial.advance(loss: 1)
      nomad.advance(loss: 1)
      constant.advance(loss: 1)
      XCTAssertEqual(power.current, 0.5 / pow(1 + Double(epoch), 0.6), accuracy: 1e-12)
      XCTAssertEqual(exponential.current, 0.5 * pow(0.9, Double(epoch)), accuracy: 1e-12)
      let squares = Double(epoch * epoch * epoch).squareRoot()
      XCTAssertEqual(nomad.current, 0.5 / (1 + 0.2 * squares), accuracy: 1e-12)
      let rest = 1 - Double(epoch) / 9
      XCTAssertEqual(polynomial.current, 0.5 * rest * rest, accuracy: 1e-12)
      XCTAssertEqual(constant.current, 0.5)
    }
  }

  /// By hand: falls at once, rises against 10 and is undone, falls below 10 though above the undone 12.
  func testUndoneRisesLeaveTheLossToBeatAsItWas() {
    var step = StepSize(policy: .boldDriver, initial: 1, epochs: 9, undoesRises: true)
    let stands = [10.0, 12, 11, 9, 9].map { step.advance(loss: $0) }
    XCTAssertEqual(stands, [true, false, false, true, false])
    XCTAssertEqual(step.current, 1.05 * 0.5 * 0.5 * 1.05 * 0.5, accuracy: 1e-12)
    var kept = StepSize(policy: .boldDriver, initial: 1, epochs: 9)
    XCTAssertEqual([10.0, 12, 11, 9].map { kept.advance(loss: $0) }, [true, true, true, true])
    XCTAssertEqual(kept.current, 1.05 * 0.5 * 1.05 * 1.05, accuracy: 1e-12)
  }

  func testAutomaticStepsAreTriedUntilTheLossRisesOnceAndThenDrivenBoldly() {
    var step = StepSize(policy: .automatic, initial: 1, epochs: 9)
    var tried: [Double] = []
    func advance(_ loss: Double, _ factor: Double) -> Double {
      step.advance(loss: loss) {
        tried.append($0)
        return $0 * factor
      }
      return step.current
    }
    XCTAssertEqual(advance(10, 2), 2)
    XCTAssertEqual(advance(9, 0.5), 1)
    XCTAssertEqual(advance(8, 2), 2)
    XCTAssertEqual(advance(8, 2), 1)
    XCTAssertEqual(advance(7, 2), 1.05, accuracy: 1e-12)
    XCTAssertEqual(tried, [1, 2, 1])
  }

  func testAutomaticStepsWithoutATrialAreTheBoldDrivers() {
    var automatic = StepSize(policy: .automatic, initial: 0.3, epochs: 9)
    var bold = StepSize(policy: .boldDriver, initial: 0.3, epochs: 9)
    for loss in [9.0, 8, 8.5, 7, 7, 6] {
      automatic.advance(loss: loss)
      bold.advance(loss: loss)
      XCTAssertEqual(automatic.current, bold.current)
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
