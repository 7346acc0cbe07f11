import Factorization
import XCTest

final class TileShapeTests: XCTestCase {
  private func shape(density: Double, rows: Int = 300_000, columns: Int = 100_000) -> TileShape {
    TileShape(
      largestRowBlock: rows, largestColumnBlock: columns, density: density, vectorBytes: 256)
  }

  func testVectorsOfDenseTilesTakeTheBudget() {
    for shape in [shape(density: 1), shape(density: 0.01), shape(density: 1, columns: 600)] {
      let bytes = (shape.rows + shape.columns) * 256
      XCTAssertLessThanOrEqual(bytes, TileShape.defaultBytes)
      XCTAssertGreaterThan(bytes, TileShape.defaultBytes * 9 / 10)
    }
  }

  func testVectorsOfSparseTilesServeFourRatings() {
    for density in [2e-3, 1e-3, 5e-4] {
      let shape = shape(density: density)
      XCTAssertEqual(Double(shape.rows) * density, 4, accuracy: 0.4)
      XCTAssertEqual(Double(shape.columns) * density, 4, accuracy: 0.4)
    }
  }

  func testSidesOfTheSparsestTilesAreBounded() {
    let shape = shape(density: 1e-9)
    for side in [shape.rows, shape.columns] {
      XCTAssertLessThanOrEqual(side * 256, 12 * TileShape.defaultBytes)
    }
    XCTAssertEqual(shape, self.shape(density: 0))
  }

  func testTilesOfHugeBlocksKeepSixteenBitIndices() {
    for density in [1, 1e-6] {
      let shape = TileShape(
        largestRowBlock: 1_000_000, largestColumnBlock: 3_000_000, density: density,
        vectorBytes: 64, bytes: 1 << 30)
      XCTAssertLessThanOrEqual(shape.rows, 1 << 16)
      XCTAssertLessThanOrEqual(shape.columns, 1 << 16)
      XCTAssertGreaterThanOrEqual(shape.rows * shape.rowTiles, 1_000_000)
      XCTAssertGreaterThanOrEqual(shape.columns * shape.columnTiles, 3_000_000)
    }
  }
}
