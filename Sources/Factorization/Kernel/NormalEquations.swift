import Glibc

/// The least-squares problem of one row, given the vectors of all columns, or of one column, given those of
/// all rows: its normal equations, summed and solved.
///
/// The unknowns are the vector and, where there are biases, the row's bias. What is solved for is their
/// *change*: (Σ c h hᵀ + λ) δ = Σ c (v − p) h − λ w, so that errors of single precision are small where
/// little is left to change. A millionth of the largest element is added on the diagonal, more where the matrix
/// is singular nevertheless: λ may be 0, and the objective still does not rise.
///
/// One object for each thread: it owns the memory.
public final class NormalEquations: @unchecked Sendable {
  // Sendable: only the thread that has the object uses it.

  /// The ratings of one row, by column.
  public typealias Ratings = (columns: ArraySlice<UInt32>, values: ArraySlice<Float>)

  /// What all rows have in common.
  public struct Problem: Sendable {
    /// The constant in every prediction.
    let mean: Float
    /// What counts how much.
    let cells: CellWeights
    /// The Gram matrix of all columns' vectors where absent cells count, nil where they do not.
    let gram: GramMatrix?

    /// Creates the problem.
    public init(mean: Float, cells: CellWeights, gram: GramMatrix?) {
      self.mean = mean
      self.cells = cells
      self.gram = gram
    }
  }

  /// λ of one row, times its number of ratings where the penalty is weighted.
  public struct Penalty: Sendable {
    let factors: Float
    let bias: Float

    /// Creates the penalty of a row with so many ratings.
    public init(_ regularization: Regularization, degree: Int, isRow: Bool) {
      let count = regularization.isWeighted ? Float(degree) : 1
      factors = count * (isRow ? regularization.rows : regularization.columns)
      bias = count * (isRow ? regularization.rowBiases : regularization.columnBiases)
    }
  }

  /// As many vectors as stay in a cache while their products are summed; short sums are also more exact.
  static let vectorsAtOnce = 256
  private static let leastDamping: Float = 0x1p-20
  private static let tries = 4

  private let shape: FactorShape
  private let leading: Int
  private let memory: AlignedFloats
  /// The upper triangle by rows.
  private var matrix: UnsafeMutablePointer<Float> { memory.start }
  /// The right-hand side, and then the solution.
  private var right: UnsafeMutablePointer<Float> { memory.start + (shape.stride + 1) * leading }
  private var weights: UnsafeMutablePointer<Float> { right + leading }

  /// Allocates the memory for vectors of a shape.
  public init(_ shape: FactorShape) {
    self.shape = shape
    leading = GramMatrix.leading(shape)
    memory = AlignedFloats(count: (shape.stride + 2) * leading + Self.vectorsAtOnce)
  }

  private var unknowns: Int { shape.factors + (shape.hasBiases ? 1 : 0) }

  /// Replaces the vector and bias of a row by those that are best, given all columns.
  ///
  /// Where not even the damped equations can be solved, as with infinite numbers, nothing is changed.
  ///
  /// - Parameters:
  ///   - row: its vector and bias, the first of the view.
  ///   - ratings: its ratings.
  ///   - columns: the vectors and biases of all columns.
  ///   - problem: what all rows have in common.
  ///   - penalty: the row's penalty.
  public func solve(
    for row: FactorView, _ ratings: Ratings, columns: FactorView, _ problem: Problem,
    _ penalty: Penalty
  ) {
    var damping = Self.leastDamping
    for _ in 0..<Self.tries {
      sum(row, ratings, columns, problem)
      penalize(row, penalty, damping)
      if let gram = problem.gram { gram.subtractProduct(with: row.vectors, from: right) }
      if PositiveDefiniteSystem.solve(matrix, order: unknowns, leading: leading, right) {
        for factor in 0..<shape.factors { row.vectors[factor] += right[factor] }
        row.biases?[0] += right[shape.factors]
        return
      }
      damping *= 64
    }
  }

  /// Sums over the row's ratings: Σ c h hᵀ, less what the Gram matrix counts of these cells already, and Σ of
  /// the errors times h; with a 1 behind each h where there are biases.
  private func sum(
    _ row: FactorView, _ ratings: Ratings, _ columns: FactorView, _ problem: Problem
  ) {
    if let gram = problem.gram {
      gram.copy(to: matrix)
    } else {
      matrix.update(repeating: 0, count: (shape.stride + 1) * leading)
    }
    right.update(repeating: 0, count: leading)
    // Unsafe: without checks of bounds, which `ratings` and the views are agreed upon to keep.
    ratings.columns.withUnsafeBufferPointer { places in
      ratings.values.withUnsafeBufferPointer { values in
        guard let places = places.baseAddress, let values = values.baseAddress else { return }
        for first in stride(from: 0, to: ratings.columns.count, by: Self.vectorsAtOnce) {
          let count = min(Self.vectorsAtOnce, ratings.columns.count - first)
          sumErrors(row, places + first, values + first, count, columns, problem)
          addOuterProducts(
            of: columns.vectors, shape, at: places + first, weights: weights, count: count,
            to: matrix, leading: leading)
        }
      }
    }
  }

  private func sumErrors(
    _ row: FactorView, _ places: UnsafePointer<UInt32>, _ values: UnsafePointer<Float>,
    _ count: Int, _ columns: FactorView, _ problem: Problem
  ) {
    let sums = UnsafeMutableRawPointer(right).assumingMemoryBound(to: Lane.self)
    let cells = problem.cells
    var errorSum: Float = 0
    for place in 0..<count {
      let column = Int(places[place])
      let prediction = self.prediction(row, columns, column, problem)
      let whole = cells.weight(ofValue: values[place])
      // What is counted beyond an absent cell, as which the Gram matrix has counted this one.
      weights[place] = whole - cells.absentWeight
      let error = whole * cells.target(ofValue: values[place]) - weights[place] * prediction
      let vector = UnsafeRawPointer(columns.vectors + column &* shape.stride)
        .assumingMemoryBound(to: Lane.self)
      for lane in 0..<shape.lanes { sums[lane].addProduct(vector[lane], Lane(repeating: error)) }
      errorSum += error
    }
    guard shape.hasBiases else { return }
    // The right-hand side's padding is zero, and so was added to here only.
    right[shape.factors] += errorSum
    addColumnOfBias(places, count, columns)
  }

  @inline(__always)
  private func prediction(
    _ row: FactorView, _ columns: FactorView, _ column: Int, _ problem: Problem
  ) -> Float {
    let own = UnsafeRawPointer(row.vectors).assumingMemoryBound(to: Lane.self)
    let other = UnsafeRawPointer(columns.vectors + column &* shape.stride)
      .assumingMemoryBound(to: Lane.self)
    var products = Lane.zero
    for lane in 0..<shape.lanes { products.addProduct(own[lane], other[lane]) }
    let biases = (row.biases?[0] ?? 0) + (columns.biases?[column] ?? 0)
    return problem.mean + biases + Factorization.sum(products)
  }

  /// The products with the 1 that stands behind each h, in the column behind those of the factors.
  private func addColumnOfBias(
    _ places: UnsafePointer<UInt32>, _ count: Int, _ columns: FactorView
  ) {
    // Not `shape.lanes`, of which some may hold padding alone.
    for lane in 0..<(shape.factors + 15) / 16 {
      var sum = Lane.zero
      for place in 0..<count {
        let vector = UnsafeRawPointer(columns.vectors + Int(places[place]) * shape.stride)
        sum.addProduct(
          vector.assumingMemoryBound(to: Lane.self)[lane], Lane(repeating: weights[place]))
      }
      for factor in 16 * lane..<min(16 * lane + 16, shape.factors) {
        matrix[factor * leading + shape.factors] += sum[factor - 16 * lane]
      }
    }
    var sum: Float = 0
    for place in 0..<count { sum += weights[place] }
    matrix[shape.factors * leading + shape.factors] += sum
  }

  private func penalize(_ row: FactorView, _ penalty: Penalty, _ damping: Float) {
    var largest: Float = 0
    for unknown in 0..<unknowns {
      let isBias = unknown == shape.factors
      let weight = isBias ? penalty.bias : penalty.factors
      matrix[unknown * (leading + 1)] += weight
      right[unknown] -= weight * (isBias ? row.biases?[0] ?? 0 : row.vectors[unknown])
      largest = max(largest, matrix[unknown * (leading + 1)])
    }
    for unknown in 0..<unknowns { matrix[unknown * (leading + 1)] += damping * largest }
  }
}

/// Floats at an address that is a multiple of 64, zero at first.
final class AlignedFloats: @unchecked Sendable {
  // Sendable as memory; who may use it when is decided by its owner.
  let start: UnsafeMutablePointer<Float>

  init(count: Int) {
    let bytes = (count * MemoryLayout<Float>.stride + 63) / 64 * 64
    guard let memory = aligned_alloc(64, bytes) else { fatalError("out of memory: \(bytes) bytes") }
    start = memory.initializeMemory(as: Float.self, repeating: 0, count: count)
  }

  deinit { free(start) }
}
