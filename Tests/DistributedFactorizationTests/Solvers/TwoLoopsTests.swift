import DistributedFactorization
import XCTest

/// Directions from the inner products of known vectors.
final class TwoLoopsTests: XCTestCase {
  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func direction(_ pairs: [[Double]], _ gradient: [Double]) -> [Double] {
    let factors = TwoLoops.factors(
      pairs.map { a in pairs.map { dot(a, $0) } }, (pairs + [gradient]).map { dot(gradient, $0) })
    return gradient.indices.map { index in
      zip(factors, pairs + [gradient]).reduce(0) { $0 + $1.0 * $1.1[index] }
    }
  }

  func testWithoutPairsItIsMinusTheGradient() {
    XCTAssertEqual(direction([], [1, -2, 3]), [-1, 2, -3])
  }

  /// Where the gradient is the newest change, the direction is minus the newest step.
  func testTheNewestPairIsKnownExactly() {
    let pairs: [[Double]] = [
      [1, 2, 0, -1], [2, 3, 1, -1], [0, 1, 1, 2], [1, 3, 2, 4], [3, -1, 1, 0], [7, 0, 2, 1],
    ]
    for count in [1, 2, 3] {
      let known = Array(pairs.prefix(2 * count))
      let found = direction(known, known[2 * count - 1])
      for (a, b) in zip(found, known[2 * count - 2]) { XCTAssertEqual(a, -b, accuracy: 1e-12) }
    }
  }

  /// On a quadratic, steps along the axes tell all of its curvature.
  func testAQuadraticIsSolvedFromStepsAlongItsAxes() {
    let curvatures = [1.0, 10, 100]
    let pairs = curvatures.indices.flatMap { axis -> [[Double]] in
      let step = curvatures.indices.map { $0 == axis ? 0.5 : 0.0 }
      return [step, zip(step, curvatures).map(*)]
    }
    let point = [3.0, -2, 1]
    let found = direction(pairs, zip(point, curvatures).map(*))
    for (a, b) in zip(found, point) { XCTAssertEqual(a, -b, accuracy: 1e-12) }
  }
}
