/// The Gram matrix Σ h hᵀ of all vectors of one side, summed in parts by several threads.
///
/// The parts are the same for any number of threads, and are added in their order.
public final class GramMatrix: @unchecked Sendable {
  // Sendable: each part is written by the one thread that has taken it, and all are added by one.

  /// The number of parts.
  public static let partCount = 32

  /// Indices and weights of vectors that lie one after the other.
  private static let consecutive = (0..<UInt32(NormalEquations.vectorsAtOnce)).map { $0 }
  private static let ones = [Float](repeating: 1, count: NormalEquations.vectorsAtOnce)

  private let shape: FactorShape
  private let leading: Int
  private let parts: AlignedFloats
  private let whole: AlignedFloats

  /// Floats from one row of a matrix to the next: one register more than a vector has, for a bias.
  static func leading(_ shape: FactorShape) -> Int { shape.stride + 16 }

  private var size: Int { shape.stride * leading }

  /// Allocates the memory: `partCount` + 1 matrices.
  public init(_ shape: FactorShape) {
    precondition(!shape.hasBiases, "absent cells and biases do not go together")
    self.shape = shape
    leading = Self.leading(shape)
    parts = AlignedFloats(count: Self.partCount * shape.stride * leading)
    whole = AlignedFloats(count: shape.stride * leading)
  }

  /// Sums one part of the vectors.
  ///
  /// - Parameters:
  ///   - part: which, from 0 to `partCount` - 1.
  ///   - all: all vectors.
  ///   - count: their number.
  public func sum(part: Int, of all: FactorView, count: Int) {
    let target = parts.start + part * size
    target.update(repeating: 0, count: size)
    let vectorsAtOnce = NormalEquations.vectorsAtOnce
    let range = count * part / Self.partCount..<count * (part + 1) / Self.partCount
    for first in stride(from: range.lowerBound, to: range.upperBound, by: vectorsAtOnce) {
      addOuterProducts(
        of: all.vectors + first * shape.stride, shape, at: Self.consecutive, weights: Self.ones,
        count: min(vectorsAtOnce, range.upperBound - first), to: target, leading: leading)
    }
  }

  /// Adds the parts, after each has been summed, and multiplies by a weight.
  public func finish(weight: Float) {
    for row in 0..<shape.factors {
      for column in row..<shape.factors {
        let sum = (0..<Self.partCount).reduce(0.0) {
          $0 + Double(parts.start[$1 * size + row * leading + column])
        }
        whole.start[row * leading + column] = Float(sum) * weight
        whole.start[column * leading + row] = Float(sum) * weight
      }
    }
  }

  /// Copies the matrix.
  func copy(to target: UnsafeMutablePointer<Float>) {
    target.update(from: whole.start, count: size)
  }

  /// Subtracts the product with a vector from another one.
  func subtractProduct(
    with vector: UnsafePointer<Float>, from target: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<shape.factors { target[row] -= product(ofRow: row, vector) }
  }

  private func product(ofRow row: Int, _ vector: UnsafePointer<Float>) -> Float {
    // Unsafe: rows and vectors are whole registers, with zeros behind the factors.
    let left = UnsafeRawPointer(whole.start + row * leading).assumingMemoryBound(to: Lane.self)
    let right = UnsafeRawPointer(vector).assumingMemoryBound(to: Lane.self)
    var products = Lane.zero
    for lane in 0..<shape.lanes { products.addProduct(left[lane], right[lane]) }
    return Factorization.sum(products)
  }
}
