/// How far a step goes: the same everywhere, or less far where much has been learned.
protocol StepScaling: Sendable {
  /// Whether squared gradients are gathered.
  static var isAdaptive: Bool { get }
  /// The step sizes of the factors and of the bias of one row or column.
  static func rates(_ rule: UpdateRule, _ index: Int, of view: FactorView) -> SIMD2<Float>
  /// Takes note of the squared gradients of the factors, their mean, and of the bias of one row or
  /// column.
  static func gather(_ squares: SIMD2<Float>, _ index: Int, of view: FactorView)
}

/// Every step has the size ε.
enum SameStep: StepScaling {
  static var isAdaptive: Bool { false }

  @inline(__always)
  static func rates(_ rule: UpdateRule, _ index: Int, of view: FactorView) -> SIMD2<Float> {
    rule.rates
  }

  @inline(__always)
  static func gather(_ squares: SIMD2<Float>, _ index: Int, of view: FactorView) {}
}

/// AdaGrad with one accumulator for all factors of a vector, and one for its bias: ε over the root of
/// the sum of the squared gradients of the loss so far.
///
/// Source: Duchi, Hazan, Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
/// Optimization", JMLR 2011; one accumulator a vector as in Chin, Zhuang, Juan, Lin, "A Learning-Rate
/// Schedule for Stochastic Gradient Methods to Matrix Factorization", PAKDD 2015.
enum AdaGradStep: StepScaling {
  static var isAdaptive: Bool { true }

  @inline(__always)
  static func rates(_ rule: UpdateRule, _ index: Int, of view: FactorView) -> SIMD2<Float> {
    // Roots and quotients, unlike the fast reciprocal roots of CPUs, are the same bits on all of them.
    rule.rates / (rule.firstSquares + squares(index, of: view).pointee).squareRoot()
  }

  @inline(__always)
  static func gather(_ squares: SIMD2<Float>, _ index: Int, of view: FactorView) {
    self.squares(index, of: view).pointee += squares
  }

  /// The accumulators of one row or column.
  ///
  /// Unsafe: `FactorBlock` puts them on a multiple of their size; a view has them where the kernel for
  /// AdaGrad is chosen.
  @inline(__always)
  private static func squares(
    _ index: Int, of view: FactorView
  ) -> UnsafeMutablePointer<SIMD2<Float>> {
    UnsafeMutableRawPointer(view.accumulators.unsafelyUnwrapped)
      .assumingMemoryBound(to: SIMD2<Float>.self) + index
  }
}
