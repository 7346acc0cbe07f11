/// The layout of factor vectors in memory: how many factors there are, how far vectors lie apart,
/// and what each has beside it.
public struct FactorShape: Sendable, Equatable {
  /// The number of factors, k.
  public let factors: Int
  /// Whether each vector has a bias beside it.
  public let hasBiases: Bool
  /// Whether each vector has the two accumulators of AdaGrad beside it.
  public let hasAccumulators: Bool
  /// The vector registers of 16 floats that one factor vector takes.
  public let lanes: Int

  /// Floats from one vector to the next; those behind `factors` are zero and stay zero.
  public var stride: Int { 16 * lanes }
  /// Floats that one vector takes with all that is beside it.
  public var floatsPerVector: Int { stride + (hasBiases ? 1 : 0) + (hasAccumulators ? 2 : 0) }
  /// Bytes that one vector takes with all that is beside it.
  public var bytesPerVector: Int { floatsPerVector * MemoryLayout<Float>.stride }

  /// The widths, in registers of 16 floats, for which kernels are compiled.
  static let compiledLanes = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64]
  /// The most factors that a model can have.
  public static let maximumFactors = 16 * 64

  /// Creates the layout for a number of factors from 1 to ``maximumFactors``.
  public init(factors: Int, hasBiases: Bool, hasAccumulators: Bool = false) {
    precondition((1...Self.maximumFactors).contains(factors), "factors out of range")
    self.factors = factors
    self.hasBiases = hasBiases
    self.hasAccumulators = hasAccumulators
    let needed = (factors + 15) / 16
    lanes = Self.compiledLanes.first { $0 >= needed } ?? needed
  }
}
