/// The error that no prediction can go below on average: that of the conditional mean of each
/// rating, given the true signal.
///
/// Counted in whole units, so that the sum over parts does not depend on how many there are: add
/// `units` and `count` of all parts up, as integers.
public struct NoiseFloor: Sendable, Equatable {
  /// The sum of the conditional variances, in units.
  public var units: Int
  /// The number of ratings.
  public var count: Int
  /// The variance that a unit stands for; the same in all parts of a matrix.
  public var unit: Double

  /// Creates a noise floor.
  public init(units: Int = 0, count: Int = 0, unit: Double) {
    self.units = units
    self.count = count
    self.unit = unit
  }

  /// The RMSE of the best possible prediction; 0 without ratings.
  public var rmse: Double {
    count == 0 ? 0 : (Double(units) / Double(count) * unit).squareRoot()
  }

  /// Adds another part of the same matrix.
  public static func += (left: inout NoiseFloor, right: NoiseFloor) {
    precondition(left.unit == right.unit, "these are parts of different matrices")
    left.units += right.units
    left.count += right.count
  }
}
