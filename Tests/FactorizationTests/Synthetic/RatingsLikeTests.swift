import Factorization
import XCTest

final class RatingsLikeTests: XCTestCase {
  /// The counts of the rows and of the columns, in descending order.
  private func counts(_ ratings: [Rating], _ matrix: RatingsLike) -> (rows: [Int], columns: [Int]) {
    var rows = [Int](repeating: 0, count: matrix.rows)
    var columns = [Int](repeating: 0, count: matrix.columns)
    for rating in ratings {
      rows[Int(rating.row)] += 1
      columns[Int(rating.column)] += 1
    }
    return (rows.sorted(by: >), columns.sorted(by: >))
  }

  /// The marginals that this recipe is known to give, close to those of MovieLens 1M (users 96 / 906 /
  /// 2314, items 123 / 1784 / 3428, mean 3.58, standard deviation 1.12).
  func testTheMarginalsAreThoseOfFilmRatings() throws {
    let matrix = try RatingsLike()
    let ratings = SyntheticMatrix.ratingsLike(matrix).ratings(part: 0, of: 1).ratings
    let (rows, columns) = counts(ratings, matrix)
    XCTAssertEqual(rows[rows.count / 2], 92, accuracy: 5)
    XCTAssertEqual(rows[rows.count / 100], 907, accuracy: 45)
    XCTAssert((1665...2314).contains(rows[0]), "\(rows[0])")
    XCTAssertGreaterThanOrEqual(rows[rows.count - 1], 19)
    XCTAssertEqual(columns[columns.count / 2], 91, accuracy: 9)
    XCTAssertEqual(columns[columns.count / 100], 1717, accuracy: 86)
    XCTAssertEqual(columns[0], 3263, accuracy: 330)
    let mean = ratings.reduce(0) { $0 + Double($1.value) } / Double(ratings.count)
    let square = ratings.reduce(0) { $0 + Double($1.value * $1.value) } / Double(ratings.count)
    XCTAssertEqual(mean, 3.52, accuracy: 0.06)
    XCTAssertEqual((square - mean * mean).squareRoot(), 1.09, accuracy: 0.03)
    XCTAssertEqual(Set(ratings.map(\.value)), [1, 2, 3, 4, 5])
  }

  func testActivityAndPopularityHaveNothingToDoWithTheIndex() throws {
    let matrix = try RatingsLike(ratings: 200_000)
    let ratings = SyntheticMatrix.ratingsLike(matrix).ratings(part: 0, of: 1).ratings
    // Were ids in order of activity, nearly all ratings would lie in the first half.
    let firstRows = ratings.count { Int($0.row) < matrix.rows / 2 }
    let firstColumns = ratings.count { Int($0.column) < matrix.columns / 2 }
    XCTAssertEqual(Double(firstRows) / 200_000, 0.5, accuracy: 0.05)
    XCTAssertEqual(Double(firstColumns) / 200_000, 0.5, accuracy: 0.05)
  }

  func testTheTwoWaysToDrawARowAgree() throws {
    // Rows of 16 of 50 items are drawn one by one, rows of 17 by keys: their popularity curves match.
    func shares(_ count: Int) throws -> [Double] {
      let matrix = try RatingsLike(rows: 1, columns: 50, ratings: count)
      var drawn = [Double](repeating: 0, count: 50)
      for seed in 0..<4000 as Range<UInt64> {
        let other = try RatingsLike(rows: 1, columns: 50, ratings: count, seed: seed)
        // By place in the order of popularity, which the seed shuffles.
        let order = CounterRandom(seed: seed, stream: .syntheticColumnOrder).permutation(of: 50)
        var places = [Int](repeating: 0, count: 50)
        for (place, column) in order.enumerated() { places[Int(column)] = place }
        for rating in SyntheticMatrix.ratingsLike(other).ratings(part: 0, of: 1).ratings {
          drawn[places[Int(rating.column)]] += 1
        }
      }
      return drawn.map { $0 / Double(4000 * matrix.ratings) * 16 }
    }
    let single = try shares(16)
    let keyed = try shares(17)
    XCTAssertGreaterThan(single[0], 0.8)
    XCTAssertLessThan(single[49], 0.1)
    for place in 0..<50 { XCTAssertEqual(single[place], keyed[place], accuracy: 0.06) }
  }
}
