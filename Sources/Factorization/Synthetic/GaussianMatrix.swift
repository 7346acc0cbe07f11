/// The synthetic matrix of the DSGD papers: v = w·h + noise at uniformly chosen cells, everything
/// normal and independent.
///
/// The papers draw factors "from Gaussian(0, 10)". That is read as a *variance* of 10 here: the
/// signal then has a standard deviation of 10·√factors (31.6 for ten). Plain SGD from factors of unit
/// scale, with a step of 0.001 · 0.9 an epoch, then comes to a test RMSE of 1.074 in 15 epochs on the
/// default matrix, as it is known to. Were 10 the standard deviation, 2·ε·‖h‖² would be 2 instead of
/// 0.2, and the same step diverges in the first epoch.
///
/// The cells are cut, row by row, into as many equal pieces as there are ratings, with one rating at
/// a uniformly chosen cell of each: no two coincide, and any of them can be computed alone. A row
/// therefore has nearly the mean number of ratings, and a column a Poisson-like one.
///
/// Source: Gemulla, Nijkamp, Haas, Sismanis, "Large-Scale Matrix Factorization with Distributed
/// Stochastic Gradient Descent", KDD 2011, section 5.
public struct GaussianMatrix: Sendable, Equatable {
  /// The number of rows.
  public var rows: Int
  /// The number of columns.
  public var columns: Int
  /// The number of ratings, at most rows × columns.
  public var ratings: Int
  /// The number of factors of the signal.
  public var factors: Int
  /// The variance of the true factors.
  public var variance: Double
  /// The standard deviation of the noise.
  public var noise: Double
  /// What the random numbers are drawn from.
  public var seed: UInt64

  /// Creates a description of a matrix.
  ///
  /// - Throws: `InputError` if no such matrix can be made.
  public init(
    rows: Int = 100_000, columns: Int = 10_000, ratings: Int = 10_000_000, factors: Int = 10,
    variance: Double = 10, noise: Double = 1, seed: UInt64 = 1
  ) throws(InputError) {
    guard (1...65_536).contains(factors) else {
      throw InputError("a synthetic matrix has from 1 to 65536 factors, not \(factors)")
    }
    try checkSyntheticShape(rows: rows, columns: columns, ratings: ratings, factors: factors)
    // No normal number drawn here is beyond 9, so values stay within single precision.
    guard variance > 0, variance <= 1e36 / Double(factors) else {
      throw InputError(
        "the variance of a synthetic matrix is positive and at most 1e36 over its factors, not"
          + " \(variance)")
    }
    guard noise >= 0, noise <= 1e36 else {
      throw InputError("the noise of a synthetic matrix lies between 0 and 1e36, not \(noise)")
    }
    self.rows = rows
    self.columns = columns
    self.ratings = ratings
    self.factors = factors
    self.variance = variance
    self.noise = noise
    self.seed = seed
  }

  /// The prediction with the least expected error at a cell: the signal w·h.
  public func bestPrediction(row: UInt32, column: UInt32) -> Double {
    dot(rowFactors(row)[...], columnFactors(column)[...])
  }

  /// Generates one part of the matrix and hands it on in chunks.
  ///
  /// The parts behind one another are the same ratings for any number of parts. Memory: the factors
  /// of all columns, in single precision, and a chunk; that of a row is at hand only while it lasts.
  ///
  /// - Parameters:
  ///   - part: which part, from 0.
  ///   - parts: the number of parts that the matrix is cut into.
  ///   - chunk: the number of ratings in a chunk; only the last may have fewer.
  ///   - body: takes the ratings of a chunk, by dense indices.
  /// - Returns: the noise floor of the part.
  /// - Throws: what `body` throws.
  @discardableResult
  public func generate<Failure: Error>(
    part: Int, of parts: Int, chunk: Int = 1 << 16,
    _ body: (Span<Rating>) throws(Failure) -> Void
  ) throws(Failure) -> NoiseFloor {
    let entries = range(ofPart: part, of: parts, count: ratings)
    if entries.isEmpty { return NoiseFloor(unit: noise * noise) }
    let allColumnFactors = (0..<UInt32(columns)).flatMap(columnFactors)
    let positions = CounterRandom(seed: seed, stream: .syntheticPositions)
    let noises = CounterRandom(seed: seed, stream: .syntheticNoise)
    var buffer: [Rating] = []
    buffer.reserveCapacity(min(chunk, entries.count))
    var currentRow = -1
    var currentFactors: [Float] = []
    var pieceStart = firstCell(ofEntry: entries.lowerBound)
    for entry in entries {
      let pieceEnd = firstCell(ofEntry: entry + 1)
      let bits = positions.bits64(
        UInt32(truncatingIfNeeded: entry), UInt32(truncatingIfNeeded: entry >> 32))
      let offset = bits[0].multipliedFullWidth(by: pieceEnd - pieceStart).high
      let (row, column) = (pieceStart + offset).quotientAndRemainder(dividingBy: UInt64(columns))
      pieceStart = pieceEnd
      if Int(row) != currentRow {
        currentRow = Int(row)
        currentFactors = rowFactors(UInt32(row))
      }
      let first = Int(column) * factors
      let signal = dot(currentFactors[...], allColumnFactors[first..<first + factors])
      let deviation = noises.normals(UInt32(row), UInt32(column))[0]
      buffer.append(
        Rating(
          row: UInt32(row), column: UInt32(column), value: Float(signal + noise * deviation)))
      if buffer.count == chunk {
        try body(buffer.span)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    if !buffer.isEmpty { try body(buffer.span) }
    return NoiseFloor(units: entries.count, count: entries.count, unit: noise * noise)
  }

  /// The first cell, row by row, of the piece that holds an entry.
  private func firstCell(ofEntry entry: Int) -> UInt64 {
    let cells = UInt64(rows) * UInt64(columns)
    if entry == ratings { return cells }
    // The quotient fits, because entry < ratings.
    return UInt64(ratings).dividingFullWidth(
      UInt64(entry).multipliedFullWidth(by: cells)
    ).quotient
  }

  private func rowFactors(_ row: UInt32) -> [Float] {
    normalVector(CounterRandom(seed: seed, stream: .syntheticRows), row)
  }

  private func columnFactors(_ column: UInt32) -> [Float] {
    normalVector(CounterRandom(seed: seed, stream: .syntheticColumns), column)
  }

  private func normalVector(_ random: CounterRandom, _ index: UInt32) -> [Float] {
    let deviation = Float(variance.squareRoot())
    return [Float](unsafeUninitializedCapacity: factors) { vector, count in
      // Each of the first `factors` elements is initialized once.
      for first in stride(from: 0, to: factors, by: 4) {
        let four = random.floatNormals(index, UInt32(first / 4))
        for factor in first..<min(first + 4, factors) {
          vector.initializeElement(at: factor, to: deviation * four[factor - first])
        }
      }
      count = factors
    }
  }
}

/// The inner product of two vectors of one length, added up in double precision.
private func dot(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
  var sum = 0.0
  for (a, b) in zip(left, right) { sum += Double(a) * Double(b) }
  return sum
}
