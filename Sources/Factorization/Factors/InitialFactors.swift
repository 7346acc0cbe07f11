/// The values with which factor vectors start: random, never zero, and a function of the seed and
/// the entity's dense index only.
///
/// Each factor is uniform in `center ± spread`. Uniform numbers, unlike normals through a C
/// library's logarithm, are the same bits on every machine.
public struct InitialFactors: Sendable {
  /// The mean of the initial factors.
  public let center: Float
  /// Half the width of their range.
  public let spread: Float
  private let factors: Int
  private let random: CounterRandom

  /// Creates the start of the rows' or of the columns' factors.
  ///
  /// - Parameters:
  ///   - factors: the length of a vector.
  ///   - center: the mean of its elements.
  ///   - deviation: their standard deviation.
  ///   - seed: the run's seed.
  ///   - stream: `.initialRowFactors` or `.initialColumnFactors`.
  public init(
    factors: Int, center: Float, deviation: Float, seed: UInt64, stream: RandomStream
  ) {
    self.factors = factors
    self.center = center
    spread = deviation * Float(3).squareRoot()
    random = CounterRandom(seed: seed, stream: stream)
  }

  /// Writes the initial vector of the entity with a dense index.
  func fill(_ vector: UnsafeMutablePointer<Float>, index: Int) {
    for group in 0..<(factors + 3) / 4 {
      let words = random.bits(UInt32(truncatingIfNeeded: index), UInt32(group))
      for offset in 0..<min(4, factors - 4 * group) {
        vector[4 * group + offset] = center + spread * Self.symmetricUniform(words[offset])
      }
    }
  }

  /// A number in (−1, 1) that is never zero: 23 of the bits, taken at the middle of their interval.
  private static func symmetricUniform(_ word: UInt32) -> Float {
    (Float(word >> 9) + 0.5) * 0x1p-22 - 1
  }

  /// The standard deviation at which the products of two random vectors vary `share` times as much as
  /// the values that they must explain: from (factors · deviation⁴) = share · variance.
  public static func deviation(
    factors: Int, variance: Double, share: Double = 0.001
  ) -> Float {
    let deviation = (share * variance / Double(factors)).squareRoot().squareRoot()
    return variance > 0 && deviation.isFinite ? Float(deviation) : 0.1
  }
}
