/// A line search for a step that fulfils the weak Wolfe conditions: the objective falls by a share of what its
/// slope promises, and the slope has become less steep.
///
/// Source: Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods", Mathematical Programming
/// 2013, algorithm 2.6: a step that is too long halves the interval, one that is too short doubles the step
/// or goes to the middle.
package enum LineSearch {
  /// What the objective is at some step, and how fast it changes along the line.
  package typealias Point = (value: Double, slope: Double)

  /// The share of the promised fall that must come.
  package static let sufficientFall = 1e-4
  /// The share of the first slope that may be left.
  package static let remainingSlope = 0.9
  private static let mostTrials = 30

  /// Searches along a line.
  ///
  /// - Parameters:
  ///   - origin: the objective at step 0, whose slope is negative.
  ///   - firstStep: the step to try first.
  ///   - evaluate: the objective at a step; not finite where it is too far out.
  /// - Returns: the step, at which `evaluate` was called last and the objective is lower than at the origin;
  ///   nil where none was found.
  /// - Throws: what `evaluate` throws.
  package static func step<Failure: Error>(
    from origin: Point, firstStep: Double,
    _ evaluate: (Double) throws(Failure) -> Point
  ) throws(Failure) -> Double? {
    var (short, long) = (0.0, Double.infinity)
    var step = firstStep
    for _ in 0..<mostTrials {
      let point = try evaluate(step)
      if !isLower(point, step, origin) {
        long = step
      } else if point.slope < remainingSlope * origin.slope {
        short = step
      } else {
        return step
      }
      step = long.isFinite ? (short + long) / 2 : 2 * short
    }
    guard short > 0 else { return nil }
    _ = try evaluate(short)
    return short
  }

  private static func isLower(_ point: Point, _ step: Double, _ origin: Point) -> Bool {
    point.value < origin.value
      && point.value <= origin.value + sufficientFall * step * origin.slope
  }
}
