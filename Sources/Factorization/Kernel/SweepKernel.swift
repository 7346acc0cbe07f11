import CProcessor

/// A vector register's worth of factors.
typealias Lane = SIMD16<Float>

/// How much of a vector's penalty one rating carries: all of it when the penalty is weighted by the
/// number of ratings, the share 1/N when it is not.
protocol PenaltyShare: Sendable {
  /// Takes the shares of a tile's rows and columns.
  init(_ shares: TileKernel.Shares)
  /// What one rating carries of the penalties of a row and of a column.
  func part(of penalties: BySide, row: Int, column: Int) -> BySide
}

/// Weighted penalties: each rating carries the whole penalty, so that a vector with N ratings is
/// penalised N times.
struct WholePenalty: PenaltyShare {
  @inline(__always)
  init(_ shares: TileKernel.Shares) {}

  @inline(__always)
  func part(of penalties: BySide, row: Int, column: Int) -> BySide { penalties }
}

/// Unweighted penalties: each of N ratings carries one Nth.
struct DividedPenalty: PenaltyShare, @unchecked Sendable {
  // Sendable as addresses of arrays that do not change while training.
  private let rowShares: UnsafePointer<Float>
  private let columnShares: UnsafePointer<Float>

  @inline(__always)
  init(_ shares: TileKernel.Shares) {
    rowShares = shares.rows
    columnShares = shares.columns
  }

  @inline(__always)
  func part(of penalties: BySide, row: Int, column: Int) -> BySide {
    let shares = BySide(
      lowHalf: SIMD2(repeating: rowShares[row]), highHalf: SIMD2(repeating: columnShares[column]))
    return penalties * shares
  }
}

/// The sum of a register's elements, as a tree of halves: shorter than a chain of additions.
@inline(__always)
func sum(_ lane: Lane) -> Float {
  // Halves of pairs of floats: of halves of floats LLVM makes single ones and adds them one by one,
  // and takes the multiply-adds before apart as well.
  let pairs = unsafeBitCast(lane, to: SIMD8<Double>.self)
  let eight = floats(pairs.lowHalf) + floats(pairs.highHalf)
  let eightPairs = unsafeBitCast(eight, to: SIMD4<Double>.self)
  let four = floats(eightPairs.lowHalf) + floats(eightPairs.highHalf)
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

@inline(__always)
private func floats(_ pairs: SIMD4<Double>) -> SIMD8<Float> {
  unsafeBitCast(pairs, to: SIMD8<Float>.self)
}

@inline(__always)
private func floats(_ pairs: SIMD2<Double>) -> SIMD4<Float> {
  unsafeBitCast(pairs, to: SIMD4<Float>.self)
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
    var even = a[0] * b[0]
    if lanes == 1 { return sum(even) }
    // Two sums in turn: each multiply-add waits for the last but one only.
    var odd = a[1] * b[1]
    for lane in 2..<lanes {
      if lane.isMultiple(of: 2) {
        even.addProduct(a[lane], b[lane])
      } else {
        odd.addProduct(a[lane], b[lane])
      }
    }
    return sum(even + odd)
  }

  /// Whether two vectors fit the registers of the CPU and leave three of eight for all else; wider copies go through
  /// memory.
  @inline(__always)
  static var fitsRegisters: Bool { 2 * lanes <= cprocessor_vectors_in_registers * 5 / 8 }

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
func trainTile<
  let lanes: Int, L: Loss, Share: PenaltyShare, Step: StepScaling, Limits: ProximalStep
>(
  _ entries: UnsafeBufferPointer<TileEntry>, _ rows: FactorView, _ columns: FactorView,
  _ rule: UpdateRule, share: Share, loss: L,
  step: Step.Type, limits: Limits, width: Width<lanes>.Type
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
    sums.add(loss, prediction: prediction, value: entry.value)

    let descent = loss.descent(prediction: prediction, value: entry.value)
    let rates = step.rates(rule, row, of: rows, column, of: columns)
    if step.isAdaptive {
      let slope = descent * descent
      let share = rule.factorShare
      let squares = BySide(width.dot(h, h) * share, 1, width.dot(w, w) * share, 1)
      step.gather(slope * squares, row, of: rows, column, of: columns)
    }

    let steps = rates * descent
    let shrinkage = 1 - rates * share.part(of: rule.penalties, row: row, column: column)
    let thresholds = rates * share.part(of: rule.thresholds, row: row, column: column)
    @inline(__always)
    func update(_ lane: Int, _ a: Lane, _ b: Lane) {
      w[lane] = limits.applied(
        to: (shrinkage[0] * a).addingProduct(Lane(repeating: steps[0]), b),
        threshold: thresholds[0])
      h[lane] = limits.applied(
        to: (shrinkage[2] * b).addingProduct(Lane(repeating: steps[2]), a),
        threshold: thresholds[2])
    }
    if width.fitsRegisters {
      // All are read before one is written: for all the compiler knows the vectors overlap, so that it
      // would read each again after the dot product.
      let a = InlineArray<lanes, Lane> { w[$0] }
      let b = InlineArray<lanes, Lane> { h[$0] }
      for lane in 0..<lanes { update(lane, a[lane], b[lane]) }
    } else {
      for lane in 0..<lanes { update(lane, w[lane], h[lane]) }
    }
    rows.biases?[row] = shrinkage[1] * rowBias + steps[1]
    columns.biases?[column] = shrinkage[3] * columnBias + steps[3]
  }
  return sums
}

/// The costs and squared errors of a tile's entries, without a step.
///
/// Squared errors are of the predictions clipped to `rule.range`.
func evaluateTile<let lanes: Int, L: Loss>(
  _ entries: UnsafeBufferPointer<TileEntry>, _ rows: FactorView, _ columns: FactorView,
  _ rule: PredictionRule, loss: L, width: Width<lanes>.Type
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
    sums.add(loss, prediction: prediction, value: entry.value, range: rule.range)
  }
  return sums
}
