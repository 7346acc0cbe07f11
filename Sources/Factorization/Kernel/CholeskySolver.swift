/// Solves a positive definite system of linear equations by Cholesky factorization, A = UᵀU.
///
/// The right-hand side stands as one more column beside the matrix, so that the factorization makes of it
/// what is left to solve with U. Eight rows at a time are freed of the rows above them by the tiles of
/// `addOuterProducts`. For orders up to some hundreds this is faster than a general library's, and several
/// threads may do it at the same time (Docs/design-decisions.md).
///
/// - Parameters:
///   - matrix: the upper triangle by rows, and the right-hand side in the column behind it; it becomes U. There
///     is memory for whole groups of eight rows, at an address that is a multiple of 64.
///   - order: the number of unknowns.
///   - leading: floats from one row to the next, a multiple of 16 and more than `order`.
///   - solution: room for `leading` floats.
/// - Returns: whether the matrix is positive definite, as far as single precision shows; if not, there is no
///   solution.
func solvePositiveDefinite(
  _ matrix: UnsafeMutablePointer<Float>, order: Int, leading: Int,
  into solution: UnsafeMutablePointer<Float>
) -> Bool {
  for first in stride(from: 0, to: order, by: 8) {
    for column in stride(from: first / 16 * 16, to: leading, by: 16) {
      addTile(
        matrix, leading, Consecutive.indices, Consecutive.minusOnes, first, row: first,
        column: column, to: matrix + first * leading + column, leading)
    }
    guard factorize(matrix, first..<min(first + 8, order), leading) else { return false }
  }
  solution.update(repeating: 0, count: leading)
  let unknowns = UnsafeRawPointer(solution).assumingMemoryBound(to: Lane.self)
  for row in (0..<order).reversed() {
    // Unknowns up to this one are still zero, so that whole registers can be multiplied.
    let elements = UnsafeRawPointer(matrix + row * leading).assumingMemoryBound(to: Lane.self)
    var products = Lane.zero
    for lane in row / 16..<leading / 16 { products.addProduct(elements[lane], unknowns[lane]) }
    solution[row] =
      (matrix[row * leading + order] - sum(products)) / matrix[row * (leading + 1)]
  }
  return true
}

/// Factorizes some rows that are free of those above them.
private func factorize(
  _ matrix: UnsafeMutablePointer<Float>, _ rows: Range<Int>, _ leading: Int
) -> Bool {
  let lanes = rows.lowerBound / 16..<leading / 16
  func lane(_ row: Int) -> UnsafeMutablePointer<Lane> {
    UnsafeMutableRawPointer(matrix + row * leading).assumingMemoryBound(to: Lane.self)
  }
  for row in rows {
    for above in rows.lowerBound..<row {
      let factor = Lane(repeating: -matrix[above * leading + row])
      for index in lanes { lane(row)[index].addProduct(lane(above)[index], factor) }
    }
    let pivot = matrix[row * (leading + 1)]
    guard pivot > 0 else { return false }
    let scale = 1 / pivot.squareRoot()
    for index in lanes { lane(row)[index] *= scale }
  }
  return true
}

/// Indices and weights of vectors that lie one after the other.
enum Consecutive {
  private static let count = FactorShape.maximumFactors + 16
  static let indices = (0..<UInt32(count)).map { $0 }
  static let ones = [Float](repeating: 1, count: count)
  static let minusOnes = [Float](repeating: -1, count: count)
}
