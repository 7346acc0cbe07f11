import CProcessor

/// A vector register's worth of factors.
typealias Lane = SIMD16<Float>

/// How much of a vector's penalty one rating carries: all of it when the penalty is weighted by the
/// number of ratings, the share 1/N when it is not.
protocol PenaltyShare: Sendable {
  func ofRow(_ row: Int) -> Float
  func ofColumn(_ column: Int) -> Float
}

/// Weighted penalties: each rating carries the whole penalty, so that a vector with N ratings is
/// penalised N times.
struct WholePenalty: PenaltyShare {
  @inline(__always) func ofRow(_ row: Int) -> Float { 1 }
  @inline(__always) func ofColumn(_ column: Int) -> Float { 1 }
}

/// Unweighted penalties: each of N ratings carries one Nth.
struct DividedPenalty: PenaltyShare, @unchecked Sendable {
  // Sendable as addresses of arrays that do not change while training.
  let rowShares: UnsafePointer<Float>
  let columnShares: UnsafePointer<Float>
  @inline(__always) func ofRow(_ row: Int) -> Float { rowShares[row] }
  @inline(__always) func ofColumn(_ column: Int) -> Float { columnShares[column] }
}

/// The sum of a register's elements, as a tree of halves: shorter than a chain of additions.
@inline(__always)
private func sum(_ lane: Lane) -> Float {
  let eight = lane.lowHalf + lane.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// The number of registers that one factor vector takes, as a type, so that a kernel's loops over them
/// are unrolled.
struct Width<let lanes: Int> {
  /// The registers of the vector with an index.
  ///
  /// Unsafe: `FactorBlock` starts on a cache line and keeps `lanes` registers a vector.
  @inline(__always)
  static func vector(_ index: Int, of view: FactorView) -> UnsafeMutablePointer<Lane> {
    UnsafeMutableRawPointer(view.vectors).assumingMemoryBound(to: Lane.self) + index * lanes
  }

  @inline(__always)
  static func dot(_ a: UnsafeMutablePointer<Lane>, _ b: UnsafeMutablePointer<Lane>) -> Float {
    var products = a[0] * b[0]
    for lane in 1..<lanes { products.addProduct(a[lane], b[lane]) }
    return sum(cprocessor_whole(products))
  }

  /// Asks for the two vectors of the entry that comes some entries after one, so that they are in the
  /// nearest cache when their turn comes.
  ///
  /// A tile's vectors are in random order, which no hardware foresees; the order of the entries tells.
  @inline(__always)
  static func prefetch(
    after index: Int, of entries: UnsafeBufferPointer<TileEntry>, _ rows: FactorView,
    _ columns: FactorView
  ) {
    let coming = entries[min(index + lookahead, entries.count - 1)]
    let w = vector(Int(coming.row), of: rows)
    let h = vector(Int(coming.column), of: columns)
    for lane in 0..<lanes {
      cprocessor_prefetch_for_writing(w + lane)
      cprocessor_prefetch_for_writing(h + lane)
    }
  }

  /// Far enough for memory to answer while the entries between are trained.
  private static var lookahead: Int { 24 }
}

/// One stochastic gradient step for each entry of a tile, in the order given.
///
/// This is the innermost loop of the program. Unsafe addresses: the entries' rows and columns were
/// placed within the tile when the blocks were built, so no index needs a check; and a tile's vectors
/// belong to the calling thread for as long as it trains the block, so nobody else writes them.
///
/// - Returns: the costs and squared errors of the predictions *before* each step.
func trainTile<let lanes: Int, L: Loss, Share: PenaltyShare, Step: StepScaling>(
  _ entries: UnsafeBufferPointer<TileEntry>, _ rows: FactorView, _ columns: FactorView,
  _ rule: UpdateRule, share: Share, loss: L.Type, step: Step.Type, width: Width<lanes>.Type
) -> ErrorSums {
  var sums = ErrorSums()
  for index in entries.indices {
    width.prefetch(after: index, of: entries, rows, columns)
    let entry = entries[index]
    let row = Int(entry.row)
    let column = Int(entry.column)
    let w = width.vector(row, of: rows)
    let h = width.vector(column, of: columns)
    let rowBias = rows.biases?[row] ?? 0
    let columnBias = columns.biases?[column] ?? 0
    let prediction = width.dot(w, h) + (rule.mean + rowBias + columnBias)
    sums.add(L.self, prediction: prediction, value: entry.value)

    let descent = L.descent(prediction: prediction, value: entry.value)
    let rowRates = step.rates(rule, row, of: rows)
    let columnRates = step.rates(rule, column, of: columns)
    let rowPenalties = rule.rowPenalties * share.ofRow(row)
    let columnPenalties = rule.columnPenalties * share.ofColumn(column)
    if step.isAdaptive {
      let slope = descent * descent
      let share = rule.factorShare
      step.gather(slope * SIMD2(width.dot(h, h) * share, 1), row, of: rows)
      step.gather(slope * SIMD2(width.dot(w, w) * share, 1), column, of: columns)
    }

    let rowSteps = Lane(repeating: rowRates[0] * descent)
    let columnSteps = Lane(repeating: columnRates[0] * descent)
    let rowShrinkage = Lane(repeating: 1 - rowRates[0] * rowPenalties[0])
    let columnShrinkage = Lane(repeating: 1 - columnRates[0] * columnPenalties[0])
    for lane in 0..<lanes {
      let (a, b) = (w[lane], h[lane])
      w[lane] = (rowShrinkage * a).addingProduct(rowSteps, b)
      h[lane] = (columnShrinkage * b).addingProduct(columnSteps, a)
    }
    rows.biases?[row] = (1 - rowRates[1] * rowPenalties[1]) * rowBias + rowRates[1] * descent
    columns.biases?[column] =
      (1 - columnRates[1] * columnPenalties[1]) * columnBias + columnRates[1] * descent
  }
  return sums
}

/// The costs and squared errors of a tile's entries, without a step.
///
/// Squared errors are of the predictions clipped to `rule.range`.
func evaluateTile<let lanes: Int, L: Loss>(
  _ entries: UnsafeBufferPointer<TileEntry>, _ rows: FactorView, _ columns: FactorView,
  _ rule: PredictionRule, loss: L.Type, width: Width<lanes>.Type
) -> ErrorSums {
  var sums = ErrorSums()
  for index in entries.indices {
    width.prefetch(after: index, of: entries, rows, columns)
    let entry = entries[index]
    let row = Int(entry.row)
    let column = Int(entry.column)
    let biases = (rows.biases?[row] ?? 0) + (columns.biases?[column] ?? 0)
    let product = width.dot(width.vector(row, of: rows), width.vector(column, of: columns))
    let prediction = product + (rule.mean + biases)
    sums.add(L.self, prediction: prediction, value: entry.value, range: rule.range)
  }
  return sums
}
