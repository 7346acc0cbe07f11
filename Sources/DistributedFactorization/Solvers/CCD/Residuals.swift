import Factorization

/// The errors of this rank's ratings, r = v − p, row by row, kept up to date while the model changes.
final class Residuals: @unchecked Sendable {
  // Sendable: during a pass each worker writes the rows of its own row blocks only.

  private let starts: [Int]
  private let columns: [UInt32]
  private let values: UnsafeMutablePointer<Float>

  /// The ratings themselves, less a constant.
  init(_ rows: consuming CompressedRows, mean: Float) {
    starts = rows.starts
    columns = rows.columns
    values = .allocate(capacity: max(1, rows.values.count))
    for (place, value) in rows.values.enumerated() {
      (values + place).initialize(to: value - mean)
    }
  }

  deinit { values.deallocate() }

  /// The residuals of some rows, counted from this rank's first.
  func values(ofRows rows: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
    let start = starts[rows.lowerBound]
    return UnsafeMutableBufferPointer(start: values + start, count: starts[rows.upperBound] - start)
  }

  /// What a pass over a row of r and v finds.
  struct RowSums {
    /// Σ r v.
    var numerator: Float = 0
    /// Σ v².
    var denominator: Float = 0
    /// Σ r².
    var squaredError: Float = 0
    /// The largest r².
    var largestSquare: Float = 0

    @inline(__always)
    fileprivate mutating func add(_ residual: Float, _ v: Float) {
      numerator.addProduct(residual, v)
      denominator.addProduct(v, v)
      squaredError.addProduct(residual, residual)
      largestSquare = max(largestSquare, residual * residual)
    }
  }

  /// Visits some rows that have ratings, with sums over u vᵀ's v and the residuals.
  ///
  /// - Parameters:
  ///   - rows: the rows, counted from this rank's first.
  ///   - previous: a term to put into the model first: its product is taken off the residuals; where nil,
  ///     the residuals stay as they are.
  ///   - current: u vᵀ, the term to take out of the model at the same time: its product is added.
  ///   - body: called with each row and its sums, once the residuals are as they are to be.
  @inline(__always)
  func forEach(
    _ rows: Range<Int>, putting previous: RankOneTerm?, taking current: RankOneTerm,
    _ body: (_ row: Int, RowSums) -> Void
  ) {
    columns.withUnsafeBufferPointer { columns in
      for row in rows where starts[row] < starts[row + 1] {
        let places = starts[row]..<starts[row + 1]
        body(row, sums(row, columns, places, putting: previous, taking: current))
      }
    }
  }

  /// Visits the ratings of some rows.
  @inline(__always)
  func forEach(ofRow row: Int, _ body: (_ column: Int, _ residual: Float) -> Void) {
    columns.withUnsafeBufferPointer { columns in
      for place in starts[row]..<starts[row + 1] { body(Int(columns[place]), values[place]) }
    }
  }

  @inline(__always)
  private func sums(
    _ row: Int, _ columns: UnsafeBufferPointer<UInt32>, _ places: Range<Int>,
    putting previous: RankOneTerm?, taking current: RankOneTerm
  ) -> RowSums {
    let put = -(previous?.rows[row] ?? 0)
    let taken = current.rows[row]
    var lanes = LaneSums()
    var place = places.lowerBound
    while place + Lane.scalarCount <= places.upperBound {
      let v = Lane.gather(current.columns, columns, place)
      var residual = Lane.load(values + place)
      if let previous {
        residual.addProduct(Lane.gather(previous.columns, columns, place), Lane(repeating: put))
        residual.addProduct(v, Lane(repeating: taken))
        residual.store(values + place)
      }
      lanes.add(residual, v)
      place += Lane.scalarCount
    }
    var sums = lanes.total
    while place < places.upperBound {
      let column = Int(columns[place])
      let v = current.columns[column]
      if let previous {
        values[place].addProduct(previous.columns[column], put)
        values[place].addProduct(v, taken)
      }
      sums.add(values[place], v)
      place += 1
    }
    return sums
  }
}

/// Ratings that are taken together.
private typealias Lane = SIMD8<Float>

/// `RowSums` of ratings side by side.
private struct LaneSums {
  var numerator = Lane.zero
  var denominator = Lane.zero
  var squaredError = Lane.zero
  var largestSquare = Lane.zero

  @inline(__always)
  mutating func add(_ residual: Lane, _ v: Lane) {
    numerator.addProduct(residual, v)
    denominator.addProduct(v, v)
    squaredError.addProduct(residual, residual)
    let square = residual * residual
    largestSquare.replace(with: square, where: square .> largestSquare)
  }

  var total: Residuals.RowSums {
    Residuals.RowSums(
      numerator: numerator.sum(), denominator: denominator.sum(), squaredError: squaredError.sum(),
      largestSquare: largestSquare.max())
  }
}

extension SIMD8<Float> {
  /// The numbers of eight columns.
  @inline(__always)
  fileprivate static func gather(
    _ numbers: UnsafeMutableBufferPointer<Float>, _ columns: UnsafeBufferPointer<UInt32>,
    _ place: Int
  ) -> Self {
    @inline(__always) func number(_ offset: Int) -> Float { numbers[Int(columns[place + offset])] }
    return Self(
      number(0), number(1), number(2), number(3), number(4), number(5), number(6), number(7))
  }
}
