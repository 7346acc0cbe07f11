import DistributedFactorization
import Factorization

/// Ratings with skewed counts: squared uniforms crowd into the first rows and columns; some rows and
/// columns have none, some cells several.
struct SkewedRatings {
  let rows: Int
  let columns: Int
  var ratings: [Rating]

  init(rows: Int, columns: Int, count: Int, seed: UInt64) {
    self.rows = rows
    self.columns = columns
    var generator = SplitMix64(seed: seed)
    func skewed(_ bound: Int) -> UInt32 {
      let uniform = generator.nextUniform()
      return UInt32(uniform * uniform * Double(bound))
    }
    ratings = (0..<count).map { _ in
      Rating(
        row: skewed(rows), column: skewed(columns), value: Float(1 + generator.next(below: 5)))
    }
  }

  /// Given ratings.
  init(rows: Int, columns: Int, ratings: [Rating]) {
    self.rows = rows
    self.columns = columns
    self.ratings = ratings
  }

  /// One rank's share, as scattered as a file's lines are.
  func share(ofRank rank: Int, of ranks: Int) -> IndexedRatings {
    IndexedRatings(
      rowIdentifiers: .integers((0..<Int64(rows)).map { $0 }),
      columnIdentifiers: .integers((0..<Int64(columns)).map { $0 }),
      training: RatingList(
        ratings.indices.filter { $0 % ranks == rank }.map { ratings[$0] }))
  }
}
