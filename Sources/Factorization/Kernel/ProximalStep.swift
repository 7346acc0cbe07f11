/// What follows a step against the gradient where the penalty has none, or where factors are constrained.
///
/// Source: Parikh, Boyd, "Proximal Algorithms", 2014, sections 6.5.2 and 6.2.
protocol ProximalStep: Sendable {
  /// Factors after it; the threshold is the L1 penalty's weight times the step size.
  func applied(to factors: Lane, threshold: Float) -> Lane
}

/// Factors stay as they are.
struct NoProximalStep: ProximalStep {
  @inline(__always)
  func applied(to factors: Lane, threshold: Float) -> Lane { factors }
}

/// The soft threshold of the L1 penalty, then the constraint.
///
/// What is not a number stays so: a diverging epoch must be seen.
struct GeneralProximalStep: ProximalStep {
  /// The bits that are kept: all, or all but the sign.
  private let bits: UInt32
  private let lowerBound: Float

  init(_ constraint: Constraint) {
    bits = constraint == .reflected ? ~Self.sign : ~0
    lowerBound = constraint == .projected ? 0 : -.infinity
  }

  private static var sign: UInt32 { 1 << 31 }

  @inline(__always)
  func applied(to factors: Lane, threshold: Float) -> Lane {
    let signs = Self.bits(factors) & Self.sign
    let shrunk = Self.floats(Self.bits(factors) & ~Self.sign) - threshold
    let magnitudes = shrunk.replacing(with: 0, where: shrunk .< 0)
    let softened = Self.floats((Self.bits(magnitudes) | signs) & bits)
    return softened.replacing(with: lowerBound, where: softened .< lowerBound)
  }

  @inline(__always)
  private static func bits(_ lane: Lane) -> SIMD16<UInt32> {
    unsafeBitCast(lane, to: SIMD16<UInt32>.self)
  }

  @inline(__always)
  private static func floats(_ bits: SIMD16<UInt32>) -> Lane {
    unsafeBitCast(bits, to: Lane.self)
  }
}
