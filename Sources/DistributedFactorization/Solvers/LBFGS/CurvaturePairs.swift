import MPI

/// What the last iterations have shown of the objective's curvature: pairs of a step and the change of the
/// gradient along it.
///
/// All that is computed of the vectors are their inner products, which take one sum over the ranks an iteration.
struct CurvaturePairs {
  private static let most = 10

  /// Step, change, step, change, and so on, from the oldest pair to the newest.
  private var vectors: [SplitVector] = []
  /// The inner products of `vectors` with one another; those of the newest pair come with the next gradient.
  private var products: [[Double]] = []

  /// Whether nothing is known.
  var isEmpty: Bool { vectors.isEmpty }

  /// Forgets all.
  mutating func removeAll() { self = CurvaturePairs() }

  /// Adds a pair in place of the oldest.
  ///
  /// Does not communicate. `setDirection` must come between two calls.
  ///
  /// - Parameters:
  ///   - points: the last point and the one before.
  ///   - gradients: the gradients there.
  ///   - makeVector: makes a vector.
  mutating func append(
    points: (new: SplitVector, old: SplitVector), gradients: (new: SplitVector, old: SplitVector),
    makeVector: () -> SplitVector
  ) {
    let isFull = vectors.count == 2 * Self.most
    let pair = isFull ? Array(vectors.prefix(2)) : [makeVector(), makeVector()]
    if isFull { removePair(at: 0) }
    pair[0].set([(1, points.new), (-1, points.old)])
    pair[1].set([(1, gradients.new), (-1, gradients.old)])
    vectors += pair
  }

  /// Sets a vector to minus the gradient, changed by the estimate of the inverse of the second derivatives.
  ///
  /// Collective.
  ///
  /// - Returns: the objective's slope in that direction, the same bits on every rank.
  mutating func setDirection(
    _ direction: SplitVector, against gradient: SplitVector, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Double {
    let rows = try SplitVector.products(
      of: vectors.suffix(2) + [gradient], with: vectors + [gradient], communicator)
    var slopes = rows[rows.count - 1]
    if let newest = vectors.indices.dropLast().last {
      for index in products.indices { products[index] += [rows[0][index], rows[1][index]] }
      products += [Array(rows[0].dropLast()), Array(rows[1].dropLast())]
      if !(products[newest][newest + 1] > 0) {
        // No curvature, which a line search that had to stop early may leave.
        removePair(at: newest)
        slopes.removeSubrange(newest..<newest + 2)
      }
    }
    let factors = TwoLoops.factors(products, slopes)
    direction.set(Array(zip(factors, vectors + [gradient])))
    return zip(factors, slopes).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private mutating func removePair(at first: Int) {
    let pair = first..<first + 2
    vectors.removeSubrange(pair)
    products.removeSubrange(pair)
    for index in products.indices { products[index].removeSubrange(pair) }
  }
}
