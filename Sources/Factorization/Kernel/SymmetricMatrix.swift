/// Small dense matrices, by rows in double precision.
package enum SymmetricMatrix {
  /// (1 + scale · matrix)⁻¹ of a matrix that is symmetric and not negative definite, so that no pivot is
  /// below 1 and none needs to be looked for (Gauss–Jordan, in place).
  ///
  /// - Parameters:
  ///   - scale: not negative.
  ///   - matrix: `stride` numbers a row.
  ///   - count: rows and columns that are used; what is beyond is zero in the result.
  ///   - stride: numbers from one row to the next.
  /// - Returns: the inverse, `stride` numbers a row.
  package static func inverseOfIdentity(
    plus scale: Double, times matrix: [Double], count: Int, stride: Int
  ) -> [Double] {
    var inverse = [Double](repeating: 0, count: stride * stride)
    for row in 0..<count {
      for column in 0..<count {
        inverse[row * stride + column] =
          scale * matrix[row * stride + column] + (row == column ? 1 : 0)
      }
    }
    for pivot in 0..<count {
      let reciprocal = 1 / inverse[pivot * stride + pivot]
      inverse[pivot * stride + pivot] = 1
      for column in 0..<count { inverse[pivot * stride + column] *= reciprocal }
      for row in 0..<count where row != pivot {
        let factor = inverse[row * stride + pivot]
        inverse[row * stride + pivot] = 0
        for column in 0..<count {
          inverse[row * stride + column] -= factor * inverse[pivot * stride + column]
        }
      }
    }
    return inverse
  }
}
