/// Adds Σ c · h hᵀ over some vectors h, each with a weight c, to the upper triangle of a matrix that is
/// stored by rows.
///
/// A tile of 8 × 16 elements at a time stays in registers while all vectors pass; give so few that they
/// stay in a cache. For the numbers of vectors that rows have this is faster than to gather them for BLAS's
/// `ssyrk` (Docs/design-decisions.md).
///
/// - Parameters:
///   - vectors: where all vectors are.
///   - shape: their layout.
///   - indices: which of them.
///   - weights: their weights.
///   - count: how many there are.
///   - matrix: what is added to, at an address that is a multiple of 64.
///   - leading: floats from one of its rows to the next, a multiple of 16.
func addOuterProducts(
  of vectors: UnsafePointer<Float>, _ shape: FactorShape, at indices: UnsafePointer<UInt32>,
  weights: UnsafePointer<Float>, count: Int, to matrix: UnsafeMutablePointer<Float>, leading: Int
) {
  for row in stride(from: 0, to: shape.factors, by: 8) {
    for lane in row / 16..<shape.lanes {
      addTile(
        vectors, shape.stride, indices, weights, count, row: row, column: 16 * lane,
        to: matrix + row * leading + 16 * lane, leading)
    }
  }
}

/// Adds to one tile of 8 × 16 elements.
@inline(__always)
private func addTile(
  _ vectors: UnsafePointer<Float>, _ stride: Int, _ indices: UnsafePointer<UInt32>,
  _ weights: UnsafePointer<Float>, _ count: Int, row: Int, column: Int,
  to matrix: UnsafeMutablePointer<Float>, _ leading: Int
) {
  // Eight variables, since an array of them would not stay in registers.
  var (sum0, sum1, sum2, sum3) = (Lane.zero, Lane.zero, Lane.zero, Lane.zero)
  var (sum4, sum5, sum6, sum7) = (Lane.zero, Lane.zero, Lane.zero, Lane.zero)
  for place in 0..<count {
    // Unsafe: vectors are a multiple of 16 floats long, and the first is at a multiple of 64 bytes.
    let vector = vectors + Int(indices[place]) &* stride
    let right = UnsafeRawPointer(vector + column).load(as: Lane.self) * weights[place]
    let left = vector + row
    sum0.addProduct(right, Lane(repeating: left[0]))
    sum1.addProduct(right, Lane(repeating: left[1]))
    sum2.addProduct(right, Lane(repeating: left[2]))
    sum3.addProduct(right, Lane(repeating: left[3]))
    sum4.addProduct(right, Lane(repeating: left[4]))
    sum5.addProduct(right, Lane(repeating: left[5]))
    sum6.addProduct(right, Lane(repeating: left[6]))
    sum7.addProduct(right, Lane(repeating: left[7]))
  }
  var target = UnsafeMutableRawPointer(matrix)
  func add(_ sum: Lane) {
    target.storeBytes(of: target.load(as: Lane.self) + sum, as: Lane.self)
    target += leading * MemoryLayout<Float>.stride
  }
  add(sum0)
  add(sum1)
  add(sum2)
  add(sum3)
  add(sum4)
  add(sum5)
  add(sum6)
  add(sum7)
}
