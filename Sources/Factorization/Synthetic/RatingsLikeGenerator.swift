import Glibc

/// The tables from which a part of a `RatingsLike` matrix is drawn, and the noise floor so far.
struct RatingsLikeGenerator {
  private let matrix: RatingsLike
  private let noises: CounterRandom
  private let draws: CounterRandom
  /// The number of ratings of each row.
  private let counts: [Int]
  private let weights: [Double]
  private let popularity: AliasTable
  /// The column that has each place in the order of popularity.
  private let columnAtPlace: [UInt32]
  /// The columns' vectors by place, so that those in use lie together.
  private let columnVectors: [RatingsLike.Vector]
  private let variances = VarianceTable.shared
  /// The last row that each place was drawn for, plus 1.
  private var lastRow: [UInt32]
  private(set) var noiseFloor = NoiseFloor(unit: RatingsLike.unit)

  init(_ matrix: RatingsLike) {
    self.matrix = matrix
    noises = CounterRandom(seed: matrix.seed, stream: .syntheticNoise)
    draws = CounterRandom(seed: matrix.seed, stream: .syntheticPositions)
    let ordered = ActivityCurve.counts(
      users: matrix.rows, total: matrix.ratings, limit: matrix.columns)
    counts = CounterRandom(seed: matrix.seed, stream: .syntheticRowOrder)
      .permutation(of: matrix.rows).map { ordered[Int($0)] }
    weights = ActivityCurve.items(matrix.columns)
    popularity = AliasTable(weights: weights)
    columnAtPlace = CounterRandom(seed: matrix.seed, stream: .syntheticColumnOrder)
      .permutation(of: matrix.columns)
    columnVectors = columnAtPlace.map(matrix.columnVector)
    lastRow = [UInt32](repeating: 0, count: matrix.columns)
  }

  /// The rows whose first rating falls into the part's share of all ratings, with their counts.
  func rows(ofPart part: Int, of parts: Int) -> [(row: UInt32, count: Int)] {
    let share = range(ofPart: part, of: parts, count: matrix.ratings)
    var first = 0
    var rows: [(row: UInt32, count: Int)] = []
    for (row, count) in counts.enumerated() {
      if share.contains(first), count > 0 { rows.append((UInt32(row), count)) }
      first += count
    }
    return rows
  }

  /// Draws the ratings of a row.
  mutating func append(_ count: Int, ofRow row: UInt32, to buffer: inout [Rating]) {
    let vector = matrix.rowVector(row)
    var generator = draws.generator(row)
    let isLargeShare = count > matrix.columns / 3
    let places =
      isLargeShare
      ? placesByKeys(count, &generator) : placesByRejection(count, ofRow: row, &generator)
    for place in places {
      let column = columnAtPlace[Int(place)]
      let signal = matrix.signal(vector, columnVectors[Int(place)])
      let noisy = signal + RatingsLike.noise * noises.normals(row, column)[0]
      let stars = min(5, max(1, noisy.rounded()))
      buffer.append(Rating(row: row, column: column, value: Float(stars)))
      noiseFloor.units += variances.units(signal)
    }
    noiseFloor.count += count
  }

  /// Draws places one by one, and again those that the row has already.
  private mutating func placesByRejection(
    _ count: Int, ofRow row: UInt32, _ generator: inout SplitMix64
  ) -> [UInt32] {
    var places: [UInt32] = []
    places.reserveCapacity(count)
    while places.count < count {
      let place = popularity.draw(&generator)
      if lastRow[Int(place)] == row + 1 { continue }
      lastRow[Int(place)] = row + 1
      places.append(place)
    }
    return places
  }

  /// Draws many places at once: where each waits for an exponential time at the rate of its weight,
  /// the first to come are a draw without replacement.
  ///
  /// Source: Efraimidis, Spirakis, "Weighted Random Sampling with a Reservoir", 2006.
  private func placesByKeys(_ count: Int, _ generator: inout SplitMix64) -> [UInt32] {
    var arrivals = weights.enumerated().map { place, weight in
      (time: -log(1 - generator.nextUniform()) / weight, place: UInt32(place))
    }
    arrivals.sort { ($0.time, $0.place) < ($1.time, $1.place) }
    return arrivals.prefix(count).map(\.place)
  }
}

/// The conditional variance of a rating as a function of the signal, by linear interpolation, which
/// is right to 2·10⁻⁷.
private struct VarianceTable {
  private static let first = -4.0
  private static let last = 10.0
  private static let steps = 1024.0

  static let shared = VarianceTable()

  private let variances: [Double]

  private init() {
    variances = (0...Int((Self.last - Self.first) * Self.steps)).map { index in
      RatingsLike.moments(Self.first + Double(index) / Self.steps).variance
    }
  }

  /// The variance in units of `RatingsLike.unit`.
  func units(_ signal: Double) -> Int {
    let clamped = min(Self.last - 1 / Self.steps, max(Self.first, signal))
    let place = (clamped - Self.first) * Self.steps
    let index = Int(place)
    let fraction = place - Double(index)
    let variance = variances[index] * (1 - fraction) + variances[index + 1] * fraction
    return Int((variance / RatingsLike.unit).rounded())
  }
}
