import Factorization

/// What multiplicative updates make of a loss: what pulls a number of W or H up and what pulls it down.
///
/// Each rule minimizes a function that lies above the objective and touches it where the number is now
/// (Lee, Seung 2000). Penalties of the number itself go into that function: λ w² as it is, and λ₁ w, for the
/// squared losses, as the parabola above it.
enum MultiplicativeRule {
  /// Σ (v − p)² over the ratings.
  case squared
  /// Σ (v − p)² over the ratings and a Σ p² over all other cells.
  case squaredAll(absentWeight: Float)
  /// The generalized Kullback–Leibler divergence over all cells.
  case divergence

  /// The rule of a loss.
  init(_ loss: any Loss) {
    switch loss.densePart {
    case nil: self = .squared
    case .squares(let weight): self = .squaredAll(absentWeight: weight)
    case .sum: self = .divergence
    }
  }

  /// The multiples of the other side's vector that a rating adds to what pulls up and what pulls down.
  @inline(__always)
  func pulls(prediction: Float, value: Float) -> (up: Float, down: Float) {
    switch self {
    case .squared: (value, prediction)
    case .squaredAll(let absentWeight): (value, (1 - absentWeight) * prediction)
    case .divergence:
      (GeneralizedKLLoss().descent(prediction: prediction, value: value), 0)
    }
  }

  /// Where a number goes.
  ///
  /// - Parameters:
  ///   - number: the number, not negative.
  ///   - up: what pulls it up.
  ///   - down: what pulls it down.
  ///   - penalty: λ of the number.
  ///   - absolute: λ₁ of the number.
  /// - Returns: its new value.
  @inline(__always)
  func updated(
    _ number: Float, up: Float, down: Float, penalty: Float, absolute: Float
  ) -> Float {
    let divisor: Float
    switch self {
    case .squared, .squaredAll:
      divisor = down + penalty * number + absolute / 2
    case .divergence:
      // The positive root x of 2λ x² + (down + λ₁) x = up · number, as number · up / divisor.
      let linear = down + absolute
      divisor = (linear + (linear * linear + 8 * penalty * up * number).squareRoot()) / 2
    }
    // Where nothing pulls down nothing pulls up either: the other side is zero.
    return divisor > 0 ? number * (up / divisor) : number
  }
}
