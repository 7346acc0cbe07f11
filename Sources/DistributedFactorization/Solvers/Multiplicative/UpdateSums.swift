import Factorization

/// The two sums of multiplicative updates, of what pulls up and of what pulls down, for some vectors.
final class UpdateSums: @unchecked Sendable {
  // Sendable: each worker writes its own, and they are added when none runs.

  /// For each vector the sum that pulls up, and then that which pulls down.
  let floats: UnsafeMutableBufferPointer<Float>
  private let stride: Int

  /// Zeros, for vectors of a shape.
  init(count: Int, shape: FactorShape) {
    stride = shape.stride
    floats = .allocate(capacity: 2 * count * stride)
    floats.initialize(repeating: 0)
  }

  deinit { floats.deallocate() }

  /// Sets all sums to zero.
  func clear() { floats.update(repeating: 0) }

  /// Adds other sums to these.
  func add(_ other: UpdateSums) {
    for index in floats.indices { floats[index] += other.floats[index] }
  }

  /// Adds multiples of a vector to the sums with an index.
  @inline(__always)
  func add(_ vector: UnsafePointer<Float>, up: Float, down: Float, at index: Int) {
    // Unsafe: vectors are a multiple of 16 long, and the caller has the index from the ratings.
    let sums = floats.baseAddress.unsafelyUnwrapped + 2 * index * stride
    for place in Swift.stride(from: 0, to: stride, by: Lane.scalarCount) {
      let lane = Lane.load(vector + place)
      Lane.load(sums + place).addingProduct(lane, Lane(repeating: up)).store(sums + place)
      let below = sums + stride + place
      Lane.load(below).addingProduct(lane, Lane(repeating: down)).store(below)
    }
  }

  /// Updates a vector by its sums.
  ///
  /// - Parameters:
  ///   - vector: the vector.
  ///   - index: which sums are its own.
  ///   - rule: how.
  ///   - dense: what all cells add to what pulls down, where they do.
  ///   - penalties: λ and λ₁ of the vector, with its number of ratings where that counts.
  func update(
    _ vector: UnsafeMutablePointer<Float>, from index: Int, _ rule: MultiplicativeRule,
    _ dense: DensePull?, penalties: (squared: Float, absolute: Float)
  ) {
    let sums = floats.baseAddress.unsafelyUnwrapped + 2 * index * stride
    dense?.add(to: sums + stride, for: vector)
    for factor in 0..<stride {
      vector[factor] = rule.updated(
        vector[factor], up: sums[factor], down: sums[stride + factor],
        penalty: penalties.squared, absolute: penalties.absolute)
    }
  }
}

/// w · h.
@inline(__always)
func product(
  _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, stride: Int
) -> Float {
  var sum = Lane.zero
  for place in Swift.stride(from: 0, to: stride, by: Lane.scalarCount) {
    sum.addProduct(Lane.load(first + place), Lane.load(second + place))
  }
  let eight = sum.lowHalf + sum.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// Factors that are taken together.
private typealias Lane = SIMD16<Float>
