import Factorization
import XCTest

final class RatingBlocksTests: XCTestCase {
  func testEachRatingIsInTheTileThatItsRowAndColumnSay() {
    for tileBytes in [1 << 10, 4 << 10, 1 << 20] {
      let sample = SampleRatings(rows: 300, columns: 120, count: 4000, seed: 5)
      let grid = sample.grid(blocks: 4, factors: 16, tileBytes: tileBytes)
      let blocks = sample.blocks(grid)
      var found: [Rating] = []
      for row in 0..<4 {
        for column in 0..<4 {
          for tile in 0..<grid.tiles.tilesPerBlock {
            let firstRow =
              grid.rows.starts[row] + tile / grid.tiles.columnTiles * grid.tiles.rows
            let firstColumn =
              grid.columns.starts[column] + tile % grid.tiles.columnTiles * grid.tiles.columns
            for entry in blocks.tile(tile, rowBlock: row, columnBlock: column) {
              found.append(
                Rating(
                  row: grid.rows.indices[firstRow + Int(entry.row)],
                  column: grid.columns.indices[firstColumn + Int(entry.column)],
                  value: entry.value))
            }
          }
        }
      }
      let key = { (rating: Rating) in [Float(rating.row), Float(rating.column), rating.value] }
      let byKey = { (a: Rating, b: Rating) in key(a).lexicographicallyPrecedes(key(b)) }
      XCTAssertEqual(found.sorted(by: byKey), sample.ratings.sorted(by: byKey))
      if tileBytes == 1 << 10 { XCTAssertGreaterThan(grid.tiles.tilesPerBlock, 1) }
    }
  }

  func testOrderOfArrivalLeavesNoTraceEvenAmongDuplicates() {
    var sample = SampleRatings(rows: 40, columns: 30, count: 900, seed: 9)
    sample.ratings += sample.ratings.prefix(200).map {
      Rating(row: $0.row, column: $0.column, value: $0.value + 0.5)
    }
    let grid = sample.grid(blocks: 3, factors: 16)
    let first = entries(sample.blocks(grid))
    for seed in 1...5 {
      var generator = SplitMix64(seed: UInt64(seed))
      generator.shuffle(&sample.ratings)
      XCTAssertEqual(entries(sample.blocks(grid)), first)
    }
  }

  private func entries(_ blocks: RatingBlocks) -> [TileEntry] {
    var entries: [TileEntry] = []
    for row in blocks.rowBlocks { blocks.forEach(inRowBlock: row) { entries.append($0) } }
    return entries
  }

  /// The heaviest block of the whole grid, not only of its rows and columns, is near the mean.
  func testBlocksOfSkewedRatingsAreEven() {
    let sample = SampleRatings(rows: 3000, columns: 1500, count: 200_000, seed: 5)
    let blocks = sample.blocks(sample.grid(blocks: 16, factors: 8))
    let counts = (0..<16).flatMap { row in
      (0..<16).map { blocks.count(rowBlock: row, columnBlock: $0) }
    }
    let mean = Double(sample.ratings.count) / 256
    XCTAssertLessThan(Double(counts.max() ?? 0) / mean, 1.03)
    XCTAssertGreaterThan(Double(counts.min() ?? 0) / mean, 0.97)
  }

  func testColumnsWithoutRatingsAreSpreadToo() {
    let ratings = [Rating(row: 0, column: 3, value: 1), Rating(row: 1, column: 5, value: 1)]
    let grid = Grid(
      of: ratings, rows: 4, columns: 160, blockCount: 8, seed: 1,
      shape: FactorShape(factors: 4, hasBiases: false))
    for block in 0..<8 {
      // A rating weighs as much as sixteen columns without any.
      XCTAssertEqual(Double(grid.columns.size(ofBlock: block)), 20, accuracy: 16)
    }
  }
}
