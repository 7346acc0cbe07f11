import CProcessor

/// How far a step goes: the same everywhere, or less far where much has been learned.
protocol StepScaling: Sendable {
  /// Whether squared gradients are gathered.
  static var isAdaptive: Bool { get }
  /// The step sizes for one row and one column.
  static func rates(
    _ rule: UpdateRule, _ row: Int, of rows: FactorView, _ column: Int, of columns: FactorView
  ) -> BySide
  /// Takes note of the squared gradients, of factors their mean, of one row and one column.
  static func gather(
    _ squares: BySide, _ row: Int, of rows: FactorView, _ column: Int, of columns: FactorView)
}

/// Every step has the size ε.
enum SameStep: StepScaling {
  static var isAdaptive: Bool { false }

  @inline(__always)
  static func rates(
    _ rule: UpdateRule, _ row: Int, of rows: FactorView, _ column: Int, of columns: FactorView
  ) -> BySide {
    BySide(repeating: rule.rates[0])
  }

  @inline(__always)
  static func gather(
    _ squares: BySide, _ row: Int, of rows: FactorView, _ column: Int, of columns: FactorView
  ) {}
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
  static func rates(
    _ rule: UpdateRule, _ row: Int, of rows: FactorView, _ column: Int, of columns: FactorView
  ) -> BySide {
    let squares = BySide(
      lowHalf: squares(row, of: rows).pointee, highHalf: squares(column, of: columns).pointee)
    // Roots and quotients, unlike the fast reciprocal roots of CPUs, are the same bits on all of them.
    return rule.rates / cprocessor_roots(rule.firstSquares + squares)
  }

  @inline(__always)
  static func gather(
    _ squares: BySide, _ row: Int, of rows: FactorView, _ column: Int, of columns: FactorView
  ) {
    self.squares(row, of: rows).pointee += squares.lowHalf
    self.squares(column, of: columns).pointee += squares.highHalf
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
