import Factorization
import XCTest

final class GaussianMatrixTests: XCTestCase {
  func testTheSpreadIsThatOfTheFactorsAndTheNoise() throws {
    let matrix = SyntheticMatrix.gaussian(
      try GaussianMatrix(rows: 3000, columns: 2000, ratings: 200_000))
    let values = matrix.ratings(part: 0, of: 1).ratings.map { Double($0.value) }
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    // Ten factors of variance 10 on either side give a variance of 10 · 10 · 10, the noise adds 1.
    XCTAssertEqual(mean, 0, accuracy: 0.6)
    XCTAssertEqual(square.squareRoot(), 1001.0.squareRoot(), accuracy: 0.6)
  }

  func testWithoutNoiseTheValuesAreTheSignal() throws {
    let matrix = SyntheticMatrix.gaussian(
      try GaussianMatrix(rows: 100, columns: 80, ratings: 2000, factors: 3, variance: 1, noise: 0))
    let (ratings, noiseFloor) = matrix.ratings(part: 0, of: 1)
    for rating in ratings {
      XCTAssertEqual(
        rating.value, Float(matrix.bestPrediction(row: rating.row, column: rating.column)))
    }
    XCTAssertEqual(noiseFloor.rmse, 0)
  }

  func testTheSignalHasTheRankOfItsFactors() throws {
    let matrix = try GaussianMatrix(rows: 3, columns: 3, ratings: 9, factors: 2)
    func cell(_ row: UInt32, _ column: UInt32) -> Double {
      matrix.bestPrediction(row: row, column: column)
    }
    func minor(_ rows: (UInt32, UInt32), _ columns: (UInt32, UInt32)) -> Double {
      cell(rows.0, columns.0) * cell(rows.1, columns.1)
        - cell(rows.0, columns.1) * cell(rows.1, columns.0)
    }
    let determinant =
      cell(0, 0) * minor((1, 2), (1, 2)) - cell(0, 1) * minor((1, 2), (0, 2)) + cell(0, 2)
      * minor((1, 2), (0, 1))
    XCTAssertEqual(determinant, 0, accuracy: 1e-9)
    XCTAssertGreaterThan(abs(minor((0, 1), (0, 1))), 1e-3)
  }

  func testPositionsAreUniform() throws {
    let matrix = SyntheticMatrix.gaussian(
      try GaussianMatrix(rows: 50, columns: 40, ratings: 1000, factors: 1))
    var rowCounts = [Int](repeating: 0, count: 50)
    var columnCounts = [Int](repeating: 0, count: 40)
    for seed in 0..<40 as Range<UInt64> {
      let other = try GaussianMatrix(
        rows: 50, columns: 40, ratings: 1000, factors: 1, seed: seed)
      for rating in SyntheticMatrix.gaussian(other).ratings(part: 0, of: 1).ratings {
        rowCounts[Int(rating.row)] += 1
        columnCounts[Int(rating.column)] += 1
      }
    }
    XCTAssertEqual(matrix.ratings, 1000)
    for count in rowCounts { XCTAssertEqual(count, 800, accuracy: 10) }
    for count in columnCounts { XCTAssertEqual(count, 1000, accuracy: 160) }
  }

  func testABillionEntriesOfTheLargestMatrixAreAtHandAnywhere() throws {
    let matrix = try GaussianMatrix(
      rows: 10_000_000, columns: 1000, ratings: 1_000_000_000, factors: 2)
    var ratings: [Rating] = []
    matrix.generate(part: 999_999, of: 1_000_000) { chunk in
      for index in chunk.indices { ratings.append(chunk[index]) }
    }
    XCTAssertEqual(ratings.count, 1000)
    XCTAssertEqual(ratings.first.map { Int($0.row) }, 9_999_990)
    XCTAssertEqual(ratings.last.map { Int($0.row) }, 9_999_999)
  }
}
