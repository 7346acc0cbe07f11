/// A rating by its tile and its place there; on its way it is stored as a `Rating`.
struct PlacedRating {
  /// The number of the tile.
  var tile: UInt32
  /// The rating within that tile.
  var entry: TileEntry

  init(tile: UInt32, entry: TileEntry) {
    self.tile = tile
    self.entry = entry
  }

  /// Takes out what `stored` has put in.
  @inline(__always)
  init(_ stored: Rating) {
    tile = stored.row
    entry = TileEntry(
      row: UInt16(stored.column >> 16), column: UInt16(truncatingIfNeeded: stored.column),
      value: stored.value)
  }

  /// The tile in place of the row, and the place in it in place of the column.
  @inline(__always)
  var stored: Rating {
    Rating(
      row: tile, column: UInt32(entry.row) << 16 | UInt32(entry.column), value: entry.value)
  }
}

/// Where ratings belong: the tile among all of the grid, and the place in that tile.
///
/// Tiles are numbered in canonical order: by row block, column block and tile, from 0. A tile's number
/// is the sum of what its row says and what its column says, so one table for each side answers without
/// divisions.
package struct TileCutter {
  /// What one row, or one column, contributes.
  private struct Side {
    var tile: UInt32
    var place: UInt16
  }

  private let rows: [Side]
  private let columns: [Side]
  private let tilesPerRowBlock: Int

  /// The number of tiles of the grid.
  package let tileCount: Int

  /// Makes the tables of a grid.
  package init(_ grid: Grid) {
    let tiles = grid.tiles
    tilesPerRowBlock = grid.blockCount * tiles.tilesPerBlock
    tileCount = grid.blockCount * tilesPerRowBlock
    precondition(tileCount <= UInt32.max, "a grid has less than 2³² tiles")
    rows = grid.rows.indices.indices.map { row in
      let place = grid.rows.place(of: row)
      let firstOfBlock = Int(grid.rows.blocks[row]) * grid.blockCount * tiles.tilesPerBlock
      return Side(
        tile: UInt32(firstOfBlock + place / tiles.rows * tiles.columnTiles),
        place: UInt16(place % tiles.rows))
    }
    columns = grid.columns.indices.indices.map { column in
      let place = grid.columns.place(of: column)
      let firstOfBlock = Int(grid.columns.blocks[column]) * tiles.tilesPerBlock
      return Side(
        tile: UInt32(firstOfBlock + place / tiles.columns), place: UInt16(place % tiles.columns))
    }
  }

  /// The numbers of the tiles of some row blocks.
  package func tiles(ofRowBlocks blocks: Range<Int>) -> Range<Int> {
    blocks.lowerBound * tilesPerRowBlock..<blocks.upperBound * tilesPerRowBlock
  }

  /// The tile that a rating belongs to.
  @inline(__always)
  func tile(of rating: Rating) -> Int {
    Int(rows[Int(rating.row)].tile &+ columns[Int(rating.column)].tile)
  }

  /// Where a rating belongs.
  @inline(__always)
  func place(_ rating: Rating) -> PlacedRating {
    let row = rows[Int(rating.row)]
    let column = columns[Int(rating.column)]
    return PlacedRating(
      tile: row.tile &+ column.tile,
      entry: TileEntry(row: row.place, column: column.place, value: rating.value))
  }

  /// Replaces ratings by what `PlacedRating` stores of them, in the same memory.
  ///
  /// - Returns: the number of ratings in each tile.
  package func place(_ ratings: inout RatingList) -> [Int32] {
    var counts = [Int32](repeating: 0, count: tileCount)
    ratings.replaceEach { rating in
      let placed = place(rating)
      counts[Int(placed.tile)] += 1
      return placed.stored
    }
    return counts
  }
}
