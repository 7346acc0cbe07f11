import Factorization
import XCTest

final class RatingListTests: XCTestCase {
  private static func ratings(_ count: Int) -> [Rating] {
    (0..<UInt32(count)).map { Rating(row: $0, column: $0 % 7, value: Float($0 % 5)) }
  }

  func testRatingsComeInTheOrderInWhichTheyWereAppended() {
    for count in [0, 1, 65_535, 65_536, 65_537, 200_000] {
      let ratings = Self.ratings(count)
      let list = RatingList(ratings)
      XCTAssertEqual(list.count, count)
      XCTAssert(Array(list) == ratings, "\(count)")
      var visited: [Rating] = []
      func visit(_ rating: Rating) { visited.append(rating) }
      list.forEach(visit)
      XCTAssert(visited == ratings, "\(count)")
    }
  }

  func testReplacingDropsSomeAndLeavesCopiesAlone() {
    let ratings = Self.ratings(200_000)
    var list = RatingList(ratings)
    let copy = list
    let replace = { (rating: Rating) -> Rating? in
      rating.column == 3 ? nil : Rating(row: rating.row, column: 1, value: -rating.value)
    }
    list.replaceEach(replace)
    var expected = ratings.compactMap(replace)
    XCTAssertEqual(list.count, expected.count)
    XCTAssert(Array(list) == expected)
    XCTAssert(Array(copy) == ratings)
    list.append(ratings[0])
    expected.append(ratings[0])
    XCTAssert(Array(list) == expected)
    XCTAssertEqual(list.count, expected.count)
  }

  func testDegreesAreThoseOfTheRatings() {
    let ratings = Self.ratings(70_000)
    let degrees = RatingList(ratings).degrees(rows: 70_000, columns: 7)
    XCTAssertEqual(degrees.rows, ratings.degrees(70_000, of: \.row))
    XCTAssertEqual(degrees.columns, ratings.degrees(7, of: \.column))
  }
}
