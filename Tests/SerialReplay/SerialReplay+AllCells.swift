import Factorization

/// The part of a loss over all cells of a block, done plainly.
extension SerialReplay {
  /// The cost of a block.
  func costOverAllCells(_ row: Int, _ column: Int) -> Double {
    guard let part = problem.loss.densePart else { return 0 }
    let w = grid.rows.positions(ofBlock: row).map { rows[Int(grid.rows.indices[$0])] }
    let h = grid.columns.positions(ofBlock: column).map { columns[Int(grid.columns.indices[$0])] }
    return switch part {
    case .sum: zip(sum(w), sum(h)).reduce(0) { $0 + $1.0 * $1.1 }
    case .squares(let weight):
      Double(weight) * zip(gram(w), gram(h)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// One step of the vectors of a block.
  ///
  /// - Returns: the cost before it.
  mutating func stepOverAllCells(_ row: Int, _ column: Int, _ stepSize: Float) -> Double {
    guard let part = problem.loss.densePart else { return 0 }
    let cost = costOverAllCells(row, column)
    let ofRows = grid.rows.positions(ofBlock: row).map { Int(grid.rows.indices[$0]) }
    let ofColumns = grid.columns.positions(ofBlock: column).map { Int(grid.columns.indices[$0]) }
    let w = ofRows.map { rows[$0] }
    let h = ofColumns.map { columns[$0] }
    switch part {
    case .sum:
      let (rowSum, columnSum) = (sum(w), sum(h))
      for index in ofRows {
        rows[index] = moved(rows[index], against: columnSum, rate(stepSize, rowSquares[index]))
      }
      for index in ofColumns {
        columns[index] = moved(
          columns[index], against: rowSum, rate(stepSize, columnSquares[index]))
      }
    case .squares(let weight):
      let (rowGram, columnGram) = (gram(w), gram(h))
      let (ofRow, ofColumn) = (
        matrix(columnGram, weight, stepSize), matrix(rowGram, weight, stepSize)
      )
      for index in ofRows {
        rows[index] = moved(rows[index], ofRow, rate(stepSize, rowSquares[index]))
      }
      for index in ofColumns {
        columns[index] = moved(columns[index], ofColumn, rate(stepSize, columnSquares[index]))
      }
    }
    return cost
  }

  private func sum(_ vectors: [[Float]]) -> [Double] {
    var sum = [Double](repeating: 0, count: problem.factors)
    for vector in vectors {
      for factor in vector.indices { sum[factor] += Double(vector[factor]) }
    }
    return sum
  }

  /// Σ v vᵀ by rows.
  private func gram(_ vectors: [[Float]]) -> [Double] {
    let k = problem.factors
    var gram = [Double](repeating: 0, count: k * k)
    for vector in vectors {
      for a in 0..<k {
        for b in 0..<k { gram[a * k + b].addProduct(Double(vector[a]), Double(vector[b])) }
      }
    }
    return gram
  }

  private func moved(
    _ vector: [Float], against sum: [Double], _ rate: (factors: Float, bias: Float)
  ) -> [Float] {
    zip(vector, sum).map { factor, sum in
      factor > 0 ? limited(factor.addingProduct(-rate.factors, Float(sum)), 0) : factor
    }
  }

  /// (1 + 2εaG)⁻¹, or with AdaGrad 2aG.
  private func matrix(_ gram: [Double], _ weight: Float, _ stepSize: Float) -> [Float] {
    if problem.adaGradDeviation != nil { return gram.map { Float(2 * Double(weight) * $0) } }
    return SymmetricMatrix.inverseOfIdentity(
      plus: 2 * Double(stepSize) * Double(weight), times: gram, count: problem.factors,
      stride: problem.factors
    ).map { Float($0) }
  }

  private func moved(
    _ vector: [Float], _ matrix: [Float], _ rate: (factors: Float, bias: Float)
  ) -> [Float] {
    let k = problem.factors
    return (0..<k).map { element in
      var product: Float = 0
      for factor in 0..<k {
        product.addProduct(matrix[factor * k + element], vector[factor])
      }
      let stepped =
        problem.adaGradDeviation == nil
        ? product : vector[element].addingProduct(-rate.factors, product)
      return limited(stepped, 0)
    }
  }

  /// The soft threshold, then the constraint.
  func limited(_ factor: Float, _ threshold: Float) -> Float {
    let shrunk = abs(factor) - threshold
    let softened = Float(signOf: factor, magnitudeOf: shrunk < 0 ? 0 : shrunk)
    return switch problem.regularization.adapted(to: problem.loss).constraint {
    case .none: softened
    case .projected: softened < 0 ? 0 : softened
    case .reflected: abs(softened)
    }
  }
}
