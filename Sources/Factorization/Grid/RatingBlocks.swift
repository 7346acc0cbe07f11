/// The ratings of some neighbouring row blocks, cut into blocks and tiles, 8 bytes a rating.
///
/// The order is canonical: by row block, column block, tile, row, column and value. However the
/// ratings arrived, the same ratings make the same blocks.
public final class RatingBlocks: @unchecked Sendable {
  // Sendable because nothing changes after `init`.

  /// The grid that the blocks belong to.
  public let grid: Grid
  /// The row blocks that are held here.
  public let rowBlocks: Range<Int>
  /// The number of ratings held here.
  public let count: Int

  private let entries: UnsafeMutablePointer<TileEntry>
  /// Where each tile starts, tiles in canonical order, and `count` at the end.
  private let tileStarts: [Int]

  /// Sorts ratings into blocks.
  ///
  /// - Parameters:
  ///   - ratings: in any order, all of rows in `rowBlocks`.
  ///   - grid: the grid to cut them by.
  ///   - rowBlocks: the row blocks that are held here.
  public init(_ ratings: UnsafeBufferPointer<Rating>, grid: Grid, rowBlocks: Range<Int>) {
    self.grid = grid
    self.rowBlocks = rowBlocks
    count = ratings.count
    entries = .allocate(capacity: max(1, ratings.count))

    let cutter = TileCutter(grid: grid, firstRowBlock: rowBlocks.lowerBound)
    var starts = [Int](
      repeating: 0, count: rowBlocks.count * grid.blockCount * grid.tiles.tilesPerBlock + 1)
    for rating in ratings { starts[cutter.place(rating).tile + 1] += 1 }
    for tile in 1..<starts.count { starts[tile] += starts[tile - 1] }
    tileStarts = starts
    for rating in ratings {
      let (tile, entry) = cutter.place(rating)
      entries.advanced(by: starts[tile]).initialize(to: entry)
      starts[tile] += 1
    }
    sortTiles()
  }

  deinit { entries.deallocate() }

  /// The number of the first tile of a block.
  private func firstTile(rowBlock: Int, columnBlock: Int) -> Int {
    ((rowBlock - rowBlocks.lowerBound) * grid.blockCount + columnBlock) * grid.tiles.tilesPerBlock
  }

  /// The entries of one tile of a block, in canonical order.
  public func tile(_ tile: Int, rowBlock: Int, columnBlock: Int) -> UnsafeBufferPointer<TileEntry> {
    let index = firstTile(rowBlock: rowBlock, columnBlock: columnBlock) + tile
    let start = tileStarts[index]
    return UnsafeBufferPointer(start: entries + start, count: tileStarts[index + 1] - start)
  }

  /// The number of ratings in a block.
  public func count(rowBlock: Int, columnBlock: Int) -> Int {
    let first = firstTile(rowBlock: rowBlock, columnBlock: columnBlock)
    return tileStarts[first + grid.tiles.tilesPerBlock] - tileStarts[first]
  }

  /// Visits all entries of a row block in canonical order.
  public func forEach(inRowBlock rowBlock: Int, _ body: (TileEntry) -> Void) {
    let first = tileStarts[firstTile(rowBlock: rowBlock, columnBlock: 0)]
    let end = tileStarts[firstTile(rowBlock: rowBlock + 1, columnBlock: 0)]
    for entry in UnsafeBufferPointer(start: entries + first, count: end - first) { body(entry) }
  }

  /// The number of ratings in the fullest tile.
  public var largestTile: Int {
    (1..<tileStarts.count).reduce(0) { max($0, tileStarts[$1] - tileStarts[$1 - 1]) }
  }

  private func sortTiles() {
    var sorter = TileSorter(shape: grid.tiles)
    for tile in 0..<tileStarts.count - 1 {
      let start = tileStarts[tile]
      sorter.sort(
        UnsafeMutableBufferPointer(start: entries + start, count: tileStarts[tile + 1] - start))
    }
  }
}

/// Where ratings belong: the tile among all tiles held, and the place in that tile.
///
/// A tile's number is the sum of what its row says and what its column says, so one table for each side
/// answers without divisions.
private struct TileCutter {
  /// What one row, or one column, contributes.
  private struct Side {
    var tile: Int
    var place: UInt16
  }

  private let rows: [Side]
  private let columns: [Side]

  init(grid: Grid, firstRowBlock: Int) {
    let tiles = grid.tiles
    rows = grid.rows.indices.indices.map { row in
      let place = grid.rows.place(of: row)
      let firstBlock = (Int(grid.rows.blocks[row]) - firstRowBlock) * grid.blockCount
      return Side(
        tile: firstBlock * tiles.tilesPerBlock + place / tiles.rows * tiles.columnTiles,
        place: UInt16(place % tiles.rows))
    }
    columns = grid.columns.indices.indices.map { column in
      let place = grid.columns.place(of: column)
      return Side(
        tile: Int(grid.columns.blocks[column]) * tiles.tilesPerBlock + place / tiles.columns,
        place: UInt16(place % tiles.columns))
    }
  }

  func place(_ rating: Rating) -> (tile: Int, entry: TileEntry) {
    let row = rows[Int(rating.row)]
    let column = columns[Int(rating.column)]
    return (
      row.tile + column.tile,
      TileEntry(row: row.place, column: column.place, value: rating.value)
    )
  }
}
