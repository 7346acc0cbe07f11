/// The part of a loss over all cells of a block of the grid: its cost, and one step against its gradient.
///
/// Both need sums over the block's vectors alone. They are taken in double precision in the order of the
/// vectors, and of rows and columns before either moves, so that the step is a function of the block.
package struct DenseStep {
  private let part: DensePart
  private let constraint: Constraint
  private let shape: FactorShape
  private let limits: GeneralProximalStep
  private var rowSums: [Double]
  private var columnSums: [Double]
  private var matrix: [Float]
  private var moved: [Lane]

  /// Allocates the memory for vectors of a shape: k numbers or k × k.
  init(_ part: DensePart, _ constraint: Constraint, _ shape: FactorShape) {
    self.part = part
    self.constraint = constraint
    self.shape = shape
    limits = GeneralProximalStep(constraint)
    rowSums = Self.noSums(part, shape)
    columnSums = rowSums
    matrix = Array(repeating: 0, count: part == .sum ? 0 : rowSums.count)
    moved = Array(repeating: .zero, count: shape.lanes)
  }

  /// The vectors of one side of a block.
  package typealias Side = (view: FactorView, count: Int)

  /// The cost over all cells of a block.
  mutating func cost(_ rows: Side, _ columns: Side) -> Double {
    Self.sum(rows, part, shape, into: &rowSums)
    Self.sum(columns, part, shape, into: &columnSums)
    // Of k sums the product of the two sums of vectors; of k × k the trace of the product of two symmetric
    // matrices.
    var product = 0.0
    for index in rowSums.indices { product += rowSums[index] * columnSums[index] }
    return switch part {
    case .sum: product
    case .squares(let weight): Double(weight) * product
    }
  }

  /// One step of all vectors of a block.
  ///
  /// - Returns: the cost before it.
  mutating func train(_ rows: Side, _ columns: Side, _ rule: UpdateRule) -> Double {
    let cost = self.cost(rows, columns)
    switch part {
    case .sum:
      step(rows, against: columnSums, rule, side: 0)
      step(columns, against: rowSums, rule, side: 2)
    case .squares(let weight):
      step(rows, gram: columnSums, weight, rule, side: 0)
      step(columns, gram: rowSums, weight, rule, side: 2)
    }
    return cost
  }

  // MARK: Sums

  /// Room for the sums over one side: k numbers or k × k, with padding.
  package static func noSums(_ part: DensePart, _ shape: FactorShape) -> [Double] {
    Array(repeating: 0, count: part == .sum ? shape.stride : shape.stride * shape.stride)
  }

  /// Σ w, or Σ w wᵀ.
  package static func sum(
    _ side: Side, _ part: DensePart, _ shape: FactorShape, into sums: inout [Double]
  ) {
    for index in sums.indices { sums[index] = 0 }
    let stride = shape.stride
    // Unsafe: the sums have room for what a vector adds, and lanes for doubles start at its multiples.
    sums.withUnsafeMutableBytes { bytes in
      let sums = bytes.baseAddress.unsafelyUnwrapped
      for index in 0..<side.count {
        let vector = UnsafeRawPointer(side.view.vectors + index * stride)
        func doubles(_ first: Int) -> SIMD8<Double> {
          SIMD8<Double>(vector.loadUnaligned(fromByteOffset: 4 * first, as: SIMD8<Float>.self))
        }
        switch part {
        case .sum:
          for first in Swift.stride(from: 0, to: stride, by: 8) {
            let sum = sums.loadUnaligned(fromByteOffset: 8 * first, as: SIMD8<Double>.self)
            sums.storeBytes(
              of: sum + doubles(first), toByteOffset: 8 * first, as: SIMD8<Double>.self)
          }
        case .squares:
          // The upper triangle, as whole registers.
          for row in 0..<shape.factors {
            let factor = SIMD8(repeating: Double(side.view.vectors[index * stride + row]))
            for first in Swift.stride(from: row / 8 * 8, to: stride, by: 8) {
              let place = 8 * (row * stride + first)
              let sum = sums.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
              sums.storeBytes(
                of: sum.addingProduct(factor, doubles(first)), toByteOffset: place,
                as: SIMD8<Double>.self)
            }
          }
        }
      }
    }
    guard part != .sum else { return }
    for row in 0..<stride {
      for column in 0..<row { sums[row * stride + column] = sums[column * stride + row] }
    }
  }

  // MARK: Steps

  /// w − ε s, with s the sum of the other side; a factor at 0 stays there.
  ///
  /// A row without any rating has only such factors: it must not be thrown off 0, where its absolute value
  /// would count.
  private func step(_ side: Side, against sums: [Double], _ rule: UpdateRule, side place: Int) {
    for index in 0..<side.count {
      let rate = self.rate(rule, index, of: side.view, place)
      let vector = self.vector(index, of: side.view)
      for lane in 0..<shape.lanes {
        let factors = vector[lane]
        var sum = Lane.zero
        for element in 0..<Lane.scalarCount { sum[element] = Float(sums[16 * lane + element]) }
        let stepped = limits.applied(
          to: factors.addingProduct(Lane(repeating: -rate), sum), threshold: 0)
        vector[lane] = factors.replacing(with: stepped, where: factors .> 0)
      }
    }
  }

  /// (1 + 2εaG)⁻¹ w with G the Gram matrix of the other side: the step against the gradient *where it
  /// ends*, which cannot overshoot however many cells there are; with AdaGrad, where each vector has a
  /// step size of its own, w − 2εaGw.
  private mutating func step(
    _ side: Side, gram: [Double], _ weight: Float, _ rule: UpdateRule, side place: Int
  ) {
    if shape.hasAccumulators {
      for index in matrix.indices { matrix[index] = Float(2 * Double(weight) * gram[index]) }
    } else {
      let scale = 2 * Double(rule.rates[place]) * Double(weight)
      let inverse = SymmetricMatrix.inverseOfIdentity(
        plus: scale, times: gram, count: shape.factors, stride: shape.stride)
      for index in matrix.indices { matrix[index] = Float(inverse[index]) }
    }
    for index in 0..<side.count {
      let vector = self.vector(index, of: side.view)
      multiply(vector)
      let rate = self.rate(rule, index, of: side.view, place)
      for lane in 0..<shape.lanes {
        let stepped =
          shape.hasAccumulators
          ? vector[lane].addingProduct(Lane(repeating: -rate), moved[lane]) : moved[lane]
        vector[lane] = limits.applied(to: stepped, threshold: 0)
      }
    }
  }

  /// The matrix times a vector, its rows added in order.
  private mutating func multiply(_ vector: UnsafeMutablePointer<Lane>) {
    let factors = UnsafeRawPointer(vector).assumingMemoryBound(to: Float.self)
    let (lanes, stride) = (shape.lanes, shape.stride)
    // Unsafe: the matrix has `stride` floats a row.
    matrix.withUnsafeBytes { matrix in
      for lane in 0..<lanes {
        var sum = Lane.zero
        for row in 0..<shape.factors {
          let coefficients = matrix.loadUnaligned(
            fromByteOffset: 4 * (row * stride + 16 * lane), as: Lane.self)
          sum.addProduct(coefficients, Lane(repeating: factors[row]))
        }
        moved[lane] = sum
      }
    }
  }

  private func vector(_ index: Int, of view: FactorView) -> UnsafeMutablePointer<Lane> {
    // Unsafe: `FactorBlock` starts on a cache line and keeps whole registers a vector.
    UnsafeMutableRawPointer(view.vectors + index * shape.stride).assumingMemoryBound(to: Lane.self)
  }

  /// The step size of a vector: with AdaGrad, from what the steps of ratings have gathered.
  private func rate(
    _ rule: UpdateRule, _ index: Int, of view: FactorView, _ place: Int
  ) -> Float {
    guard let accumulators = view.accumulators else { return rule.rates[place] }
    return rule.rates[place]
      / (rule.firstSquares[place] + accumulators[2 * index]).squareRoot()
  }
}
