import Factorization
import XCTest

/// What holds for every kind of synthetic matrix.
final class SyntheticMatrixTests: XCTestCase {
  private func samples() throws -> [SyntheticMatrix] {
    [
      .gaussian(try GaussianMatrix(rows: 300, columns: 70, ratings: 5000, factors: 7, seed: 3)),
      .gaussian(try GaussianMatrix(rows: 9, columns: 8, ratings: 72, factors: 1, seed: 3)),
      .gaussian(try GaussianMatrix(rows: 5, columns: 1000, ratings: 3)),
      .ratingsLike(try RatingsLike(rows: 200, columns: 90, ratings: 5000, seed: 3)),
      .ratingsLike(try RatingsLike(rows: 9, columns: 8, ratings: 72)),
      .ratingsLike(try RatingsLike(rows: 1000, columns: 5, ratings: 3)),
      .ratingsLike(try RatingsLike(rows: 1, columns: 1, ratings: 1)),
    ]
  }

  func testTheCountIsExactAndNoCellOccursTwice() throws {
    for matrix in try samples() {
      let ratings = matrix.ratings(part: 0, of: 1).ratings
      XCTAssertEqual(ratings.count, matrix.ratings, "\(matrix)")
      XCTAssertEqual(
        Set(ratings.map { UInt64($0.row) << 32 | UInt64($0.column) }).count, matrix.ratings,
        "\(matrix)")
      for rating in ratings {
        XCTAssertLessThan(Int(rating.row), matrix.rows)
        XCTAssertLessThan(Int(rating.column), matrix.columns)
        XCTAssert(rating.value.isFinite)
      }
    }
  }

  func testThePartsInOrderAreTheSameMatrixForAnyNumberOfThem() throws {
    for matrix in try samples() {
      let whole = matrix.ratings(part: 0, of: 1)
      for parts in [2, 3, 7, 64] {
        var ratings: [Rating] = []
        var noiseFloor = NoiseFloor(unit: whole.noiseFloor.unit)
        for part in 0..<parts {
          let share = matrix.ratings(part: part, of: parts)
          ratings += share.ratings
          noiseFloor += share.noiseFloor
        }
        XCTAssertEqual(ratings, whole.ratings, "\(matrix) in \(parts) parts")
        XCTAssertEqual(noiseFloor, whole.noiseFloor, "\(matrix) in \(parts) parts")
      }
    }
  }

  func testChunksAreTheSameRatings() throws {
    for matrix in try samples() {
      let whole = matrix.ratings(part: 0, of: 1).ratings
      for chunk in [1, 10, 999] {
        var ratings: [Rating] = []
        matrix.generate(part: 0, of: 1, chunk: chunk) { piece in
          XCTAssertGreaterThan(piece.count, 0)
          for index in piece.indices { ratings.append(piece[index]) }
        }
        XCTAssertEqual(ratings, whole, "\(matrix) in chunks of \(chunk)")
      }
    }
  }

  func testTheSeedChangesPositionsAndValues() throws {
    let pairs: [(SyntheticMatrix, SyntheticMatrix)] = [
      (
        .gaussian(try GaussianMatrix(rows: 90, columns: 70, ratings: 5000, seed: 3)),
        .gaussian(try GaussianMatrix(rows: 90, columns: 70, ratings: 5000, seed: 4))
      ),
      (
        .ratingsLike(try RatingsLike(rows: 90, columns: 70, ratings: 5000, seed: 3)),
        .ratingsLike(try RatingsLike(rows: 90, columns: 70, ratings: 5000, seed: 1 << 40 + 3))
      ),
    ]
    for (first, second) in pairs {
      let left = first.ratings(part: 0, of: 1).ratings
      let right = second.ratings(part: 0, of: 1).ratings
      func cells(_ ratings: [Rating]) -> Set<[UInt32]> { Set(ratings.map { [$0.row, $0.column] }) }
      XCTAssertNotEqual(cells(left), cells(right))
      let values = Dictionary(
        uniqueKeysWithValues: left.map { ([$0.row, $0.column], $0.value) })
      let common = right.filter { values[[$0.row, $0.column]] != nil }
      XCTAssertGreaterThan(common.count, 1000)
      XCTAssertGreaterThan(common.count { values[[$0.row, $0.column]] != $0.value }, 500)
    }
  }

  func testThePartsAreOfEqualSize() throws {
    let matrix = SyntheticMatrix.ratingsLike(try RatingsLike(ratings: 200_000))
    for part in 0..<8 {
      let count = matrix.ratings(part: part, of: 8).ratings.count
      XCTAssertEqual(count, 25_000, accuracy: 1000)
    }
  }

  func testTheNoiseFloorIsTheErrorOfTheBestPrediction() throws {
    for matrix: SyntheticMatrix in [
      .gaussian(try GaussianMatrix(rows: 500, columns: 400, ratings: 100_000, noise: 0.5)),
      .ratingsLike(try RatingsLike(rows: 1000, columns: 500, ratings: 100_000)),
    ] {
      let (ratings, noiseFloor) = matrix.ratings(part: 0, of: 1)
      var squares = 0.0
      var shiftedSquares = 0.0
      for rating in ratings {
        let best = matrix.bestPrediction(row: rating.row, column: rating.column)
        let error = Double(rating.value) - best
        squares += error * error
        shiftedSquares += (error + 0.1) * (error + 0.1)
      }
      let rmse = (squares / Double(ratings.count)).squareRoot()
      // The mean of 100,000 squares scatters by about half a percent, the RMSE by half of that.
      XCTAssertEqual(rmse, noiseFloor.rmse, accuracy: 0.01 * noiseFloor.rmse, "\(matrix)")
      XCTAssertGreaterThan(shiftedSquares, squares)
    }
  }
}
