import DistributedFactorization
import XCTest

/// Steps along lines on which the objective is known.
final class LineSearchTests: XCTestCase {
  /// (x − 1)² from x = 0, with nothing beyond a wall.
  private func search(firstStep: Double, wall: Double = .infinity) -> (
    step: Double?, last: Double, trials: Int
  ) {
    var (last, trials) = (0.0, 0)
    let step = LineSearch.step(from: (1, -2), firstStep: firstStep) { step in
      (last, trials) = (step, trials + 1)
      return step > wall ? (.nan, .nan) : ((step - 1) * (step - 1), 2 * (step - 1))
    }
    return (step, last, trials)
  }

  func testAStepIsFoundFromFarTooShortAndFarTooLong() throws {
    for firstStep in [1e-6, 0.01, 0.5, 1, 3, 1e6] {
      for wall in [0.6, 1.5, .infinity] {
        let found = search(firstStep: firstStep, wall: wall)
        let step = try XCTUnwrap(found.step, "\(firstStep), wall \(wall)")
        XCTAssertEqual(step, found.last)
        let (value, slope) = ((step - 1) * (step - 1), 2 * (step - 1))
        XCTAssertLessThanOrEqual(value, 1 - 2 * LineSearch.sufficientFall * step)
        XCTAssertGreaterThanOrEqual(slope, -2 * LineSearch.remainingSlope)
      }
    }
  }

  func testAGoodFirstStepIsTakenAtOnce() {
    let found = search(firstStep: 1)
    XCTAssertEqual(found.step, 1)
    XCTAssertEqual(found.trials, 1)
  }

  /// An objective that ends before its slope gets less steep: the longest step inside is taken.
  func testTheLastLowerStepIsTakenWhereNoneFulfilsAll() {
    var last = 0.0
    let step = LineSearch.step(from: (0, -1), firstStep: 1) { step in
      last = step
      return step > 0.3 ? (.infinity, 0) : (-step, -1)
    }
    XCTAssertEqual(step ?? 0, 0.3, accuracy: 1e-6)
    XCTAssertEqual(step, last)
  }

  func testNoStepIsFoundWhereNothingFalls() {
    XCTAssertNil(LineSearch.step(from: (1, -1), firstStep: 1) { _ in (1, 0) })
    XCTAssertNil(LineSearch.step(from: (1, -1), firstStep: 1) { _ in (.nan, .nan) })
  }
}
