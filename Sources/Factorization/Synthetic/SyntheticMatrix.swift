/// A matrix that is generated from a seed, the same by any number of parts.
public enum SyntheticMatrix: Sendable, Equatable {
  /// The papers' matrix: normal factors, normal noise, uniform positions.
  case gaussian(GaussianMatrix)
  /// A matrix that looks like film ratings.
  case ratingsLike(RatingsLike)

  /// The number of rows.
  public var rows: Int {
    switch self {
    case .gaussian(let matrix): matrix.rows
    case .ratingsLike(let matrix): matrix.rows
    }
  }

  /// The number of columns.
  public var columns: Int {
    switch self {
    case .gaussian(let matrix): matrix.columns
    case .ratingsLike(let matrix): matrix.columns
    }
  }

  /// The number of ratings in all parts together.
  public var ratings: Int {
    switch self {
    case .gaussian(let matrix): matrix.ratings
    case .ratingsLike(let matrix): matrix.ratings
    }
  }

  /// The prediction with the least expected error at a cell, by dense indices.
  public func bestPrediction(row: UInt32, column: UInt32) -> Double {
    switch self {
    case .gaussian(let matrix): matrix.bestPrediction(row: row, column: column)
    case .ratingsLike(let matrix): matrix.bestPrediction(row: row, column: column)
    }
  }

  /// Generates part `part` of `parts`, counted from 0, and hands it on in chunks of about `chunk`
  /// ratings.
  ///
  /// The parts behind one another are the same ratings for any number of parts.
  ///
  /// - Returns: the noise floor of the part.
  /// - Throws: what `body` throws.
  @discardableResult
  public func generate<Failure: Error>(
    part: Int, of parts: Int, chunk: Int = 1 << 16,
    _ body: (Span<Rating>) throws(Failure) -> Void
  ) throws(Failure) -> NoiseFloor {
    switch self {
    case .gaussian(let matrix):
      try matrix.generate(part: part, of: parts, chunk: chunk, body)
    case .ratingsLike(let matrix):
      try matrix.generate(part: part, of: parts, chunk: chunk, body)
    }
  }

  /// All ratings of part `part` of `parts`, and their noise floor.
  public func ratings(part: Int, of parts: Int) -> (ratings: [Rating], noiseFloor: NoiseFloor) {
    var all: [Rating] = []
    all.reserveCapacity(ratings / parts + ratings / parts / 16 + 16)
    let noiseFloor = generate(part: part, of: parts) { chunk in
      for index in chunk.indices { all.append(chunk[index]) }
    }
    return (all, noiseFloor)
  }
}
