import Glibc

/// A synthetic matrix that looks like film ratings: whole stars from 1 to 5, users and items of very
/// unequal activity, biases and a weak low-rank structure.
///
/// value = clip(round(3.58 + item bias + user bias + w·h + noise), 1, 5), with standard deviations
/// .62, .43, .35 (ten factors) and .85; how many ratings a user gives and how often an item is drawn
/// follows the curves of MovieLens 1M (`ActivityCurve`). A user's items are drawn without
/// replacement. Which user is active and which item popular is random, so indices carry no order.
/// The number of ratings is exact.
public struct RatingsLike: Sendable, Equatable {
  /// The number of factors of the signal.
  static let factors = 10
  /// The standard deviation of the noise before rounding.
  static let noise = 0.85
  private static let mean = 3.58
  private static let itemDeviation: Float = 0.62
  private static let userDeviation: Float = 0.43
  /// That of each factor, so that w·h has a standard deviation of .35.
  private static let factorDeviation = Float((0.35 / Double(factors).squareRoot()).squareRoot())
  /// The fine unit that variances are added up in.
  static let unit = 0x1p-24

  /// The number of rows (users).
  public var rows: Int
  /// The number of columns (items).
  public var columns: Int
  /// The number of ratings, at most rows × columns.
  public var ratings: Int
  /// What the random numbers are drawn from.
  public var seed: UInt64

  /// Creates a description of a matrix; the default has the shape of MovieLens 1M.
  ///
  /// - Throws: `InputError` if no such matrix can be made.
  public init(
    rows: Int = 6040, columns: Int = 3706, ratings: Int = 1_000_000, seed: UInt64 = 1
  ) throws(InputError) {
    try checkSyntheticShape(
      rows: rows, columns: columns, ratings: ratings, factors: Self.factors)
    self.rows = rows
    self.columns = columns
    self.ratings = ratings
    self.seed = seed
  }

  /// The prediction with the least expected error at a cell: the mean of the rounded and clipped
  /// value, given everything but the noise.
  public func bestPrediction(row: UInt32, column: UInt32) -> Double {
    Self.moments(signal(rowVector(row), columnVector(column))).mean
  }

  /// Generates one part of the matrix and hands it on in chunks, row by row.
  ///
  /// The parts behind one another are the same ratings for any number of parts. A part holds whole
  /// rows. Memory: some words for each row and column, and a chunk.
  ///
  /// - Parameters:
  ///   - part: which part, from 0.
  ///   - parts: the number of parts that the matrix is cut into.
  ///   - chunk: the number of ratings in a chunk at least; only the last may have fewer.
  ///   - body: takes the ratings of a chunk, by dense indices.
  /// - Returns: the noise floor of the part.
  /// - Throws: what `body` throws.
  @discardableResult
  public func generate<Failure: Error>(
    part: Int, of parts: Int, chunk: Int = 1 << 16,
    _ body: (Span<Rating>) throws(Failure) -> Void
  ) throws(Failure) -> NoiseFloor {
    var generator = RatingsLikeGenerator(self)
    var buffer: [Rating] = []
    buffer.reserveCapacity(chunk + columns)
    for (row, count) in generator.rows(ofPart: part, of: parts) {
      generator.append(count, ofRow: row, to: &buffer)
      if buffer.count >= chunk {
        try body(buffer.span)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    if !buffer.isEmpty { try body(buffer.span) }
    return generator.noiseFloor
  }

  // MARK: - The model

  /// A user's or item's bias and factors.
  typealias Vector = InlineArray<12, Float>

  func rowVector(_ row: UInt32) -> Vector {
    vector(CounterRandom(seed: seed, stream: .syntheticRows), row, Self.userDeviation)
  }

  func columnVector(_ column: UInt32) -> Vector {
    vector(CounterRandom(seed: seed, stream: .syntheticColumns), column, Self.itemDeviation)
  }

  private func vector(
    _ random: CounterRandom, _ index: UInt32, _ biasDeviation: Float
  ) -> Vector {
    var vector = Vector(repeating: 0)
    for block in 0..<3 {
      let four = random.floatNormals(index, UInt32(block))
      for lane in 0..<4 { vector[4 * block + lane] = Self.factorDeviation * four[lane] }
    }
    vector[0] *= biasDeviation / Self.factorDeviation
    return vector
  }

  /// The value before noise and rounding.
  @inline(__always)
  func signal(_ row: Vector, _ column: Vector) -> Double {
    var sum = Self.mean + Double(row[0]) + Double(column[0])
    for factor in 1...Self.factors { sum += Double(row[factor]) * Double(column[factor]) }
    return sum
  }

  /// The mean and variance of the rounded and clipped value, given the signal.
  static func moments(_ signal: Double) -> (mean: Double, variance: Double) {
    var mean = 1.0
    var square = 1.0
    for stars in 1...4 {
      // The value is above `stars` if the noise lifts the signal over the next half.
      let distance = (Double(stars) + 0.5 - signal) / noise
      let probability = 0.5 * erfc(distance * 0.5.squareRoot())
      mean += probability
      square += Double(2 * stars + 1) * probability
    }
    return (mean, max(0, square - mean * mean))
  }
}
