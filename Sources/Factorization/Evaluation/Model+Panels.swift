/// One score for each column of a panel.
typealias PanelScores = SIMD16<Float>

extension Model {
  /// Computes the unclipped predictions of all columns for some rows, a panel of 16 columns at a time.
  ///
  /// A panel is packed with one lane a column, so a dot product needs no sum across lanes, and each
  /// lane adds its products in the order of the factors, as a single prediction does. Four rows at a
  /// time share each load of the panel.
  ///
  /// - Parameters:
  ///   - rows: The rows' dense indices.
  ///   - body: Called for each panel and row with the row's position in `rows`, the panel's first
  ///     column, the number of its columns (16, fewer in the last), and the scores. For one row,
  ///     panels come in ascending order.
  func forEachPanelScores(
    ofRows rows: [Int],
    _ body: (_ position: Int, _ firstColumn: Int, _ validLanes: Int, PanelScores) -> Void
  ) {
    let offsets = rows.map { row in constant + (rowBiases?[row] ?? 0) }
    var panel = Panel(factors: factors)
    rowFactors.withUnsafeBufferPointer { rowFactors in
      for firstColumn in stride(from: 0, to: description.columns, by: PanelScores.scalarCount) {
        panel.pack(columnFactors, biases: columnBiases, from: firstColumn)
        for first in stride(from: 0, to: rows.count, by: 4) {
          // Fewer than four rows are filled up with the last; those scores are not given on.
          let last = min(first + 3, rows.count - 1)
          let four = (first, min(first + 1, last), min(first + 2, last), last)
          // Unsafe for speed: `rows` were checked to be rows of W.
          func vector(_ position: Int) -> UnsafePointer<Float> {
            rowFactors.baseAddress.unsafelyUnwrapped + rows[position] * factors
          }
          let products = panel.products(
            with: vector(four.0), vector(four.1), vector(four.2), vector(four.3))
          func emit(_ position: Int, _ product: PanelScores) {
            body(
              position, firstColumn, panel.validLanes,
              (PanelScores(repeating: offsets[position]) + panel.biases) + product)
          }
          emit(first, products.0)
          if first + 1 <= last { emit(first + 1, products.1) }
          if first + 2 <= last { emit(first + 2, products.2) }
          if first + 3 <= last { emit(first + 3, products.3) }
        }
      }
    }
  }
}

/// The vectors of 16 neighbouring columns, one lane a column, and their biases.
private struct Panel {
  private var vectors: [PanelScores]
  private(set) var biases = PanelScores.zero
  private(set) var validLanes = 0

  init(factors: Int) {
    vectors = [PanelScores](repeating: .zero, count: factors)
  }

  /// Copies the columns from `first` on; lanes beyond the last column are left as they are.
  mutating func pack(_ columnFactors: [Float], biases columnBiases: [Float]?, from first: Int) {
    let factors = vectors.count
    validLanes = min(PanelScores.scalarCount, columnFactors.count / factors - first)
    for lane in 0..<validLanes {
      let start = (first + lane) * factors
      for factor in 0..<factors {
        vectors[factor][lane] = columnFactors[start + factor]
      }
      if let columnBiases { biases[lane] = columnBiases[first + lane] }
    }
  }

  /// The dot products of four rows' vectors, each of the panel's length, with all columns.
  func products(
    with row0: UnsafePointer<Float>, _ row1: UnsafePointer<Float>, _ row2: UnsafePointer<Float>,
    _ row3: UnsafePointer<Float>
  ) -> (PanelScores, PanelScores, PanelScores, PanelScores) {
    var sums = (PanelScores.zero, PanelScores.zero, PanelScores.zero, PanelScores.zero)
    for factor in vectors.indices {
      let column = vectors[factor]
      sums.0 += row0[factor] * column
      sums.1 += row1[factor] * column
      sums.2 += row2[factor] * column
      sums.3 += row3[factor] * column
    }
    return sums
  }
}
