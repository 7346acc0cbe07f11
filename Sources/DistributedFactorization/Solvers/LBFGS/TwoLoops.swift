/// The direction of L-BFGS, as a sum of multiples of the vectors that it is made of.
///
/// Sources: Nocedal, "Updating Quasi-Newton Matrices with Limited Storage", Mathematics of Computation 1980, whose
/// two loops over the pairs these are; on inner products, which take one sum over the ranks instead of two for
/// each pair: Chen, Wang, Zhou, "Large-scale L-BFGS using MapReduce", NIPS 2014.
package enum TwoLoops {
  /// The factors of the pairs' vectors, and of the gradient at the end, in the direction.
  ///
  /// - Parameters:
  ///   - products: the inner products of the pairs' vectors with one another: step, change, step, change, and
  ///     so on, from the oldest pair to the newest.
  ///   - slopes: those of the gradient with them, and with itself at the end.
  /// - Returns: one factor for each.
  package static func factors(_ products: [[Double]], _ slopes: [Double]) -> [Double] {
    let steps = stride(from: 0, to: products.count, by: 2)
    var factors = [Double](repeating: 0, count: products.count) + [-1]
    /// The inner product of the direction so far with one of the pairs' vectors.
    func product(_ index: Int) -> Double {
      products.indices.reduce(factors[products.count] * slopes[index]) {
        $0 + factors[$1] * products[$1][index]
      }
    }
    var shares: [Double] = []
    for step in steps.reversed() {
      shares.append(product(step) / products[step][step + 1])
      factors[step + 1] -= shares[shares.count - 1]
    }
    if let newest = products.indices.dropLast().last {
      let scale = products[newest][newest + 1] / products[newest + 1][newest + 1]
      for index in factors.indices { factors[index] *= scale }
    }
    for (step, share) in zip(steps, shares.reversed()) {
      factors[step] += share - product(step + 1) / products[step][step + 1]
    }
    return factors
  }
}
