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
  public convenience init(
    _ ratings: UnsafeBufferPointer<Rating>, grid: Grid, rowBlocks: Range<Int>
  ) {
    let cutter = TileCutter(grid)
    let tiles = cutter.tiles(ofRowBlocks: rowBlocks)
    var counts = [Int32](repeating: 0, count: tiles.count)
    for rating in ratings { counts[cutter.tile(of: rating) - tiles.lowerBound] += 1 }
    self.init(counts, grid: grid, rowBlocks: rowBlocks) { filler in
      for rating in ratings { filler.add(cutter.place(rating)) }
    }
  }

  /// Sorts ratings into blocks as they come.
  ///
  /// Memory is touched only where it is filled: ratings that come tile after tile can make room for
  /// their entries.
  ///
  /// - Parameters:
  ///   - tileCounts: the number of ratings in each tile that is held here, in canonical order.
  ///   - grid: the grid that they are cut by.
  ///   - rowBlocks: the row blocks that are held here.
  ///   - fill: adds all ratings, in any order.
  /// - Throws: what `fill` throws.
  package init<Failure: Error>(
    _ tileCounts: some Collection<Int32>, grid: Grid, rowBlocks: Range<Int>,
    fill: (inout TileFiller) throws(Failure) -> Void
  ) throws(Failure) {
    self.grid = grid
    self.rowBlocks = rowBlocks
    var starts = [0]
    starts.reserveCapacity(tileCounts.count + 1)
    for count in tileCounts { starts.append(starts[starts.count - 1] + Int(count)) }
    tileStarts = starts
    count = starts[starts.count - 1]
    entries = .allocate(capacity: max(1, count))
    let firstTile = rowBlocks.lowerBound * grid.blockCount * grid.tiles.tilesPerBlock
    var filler = TileFiller(entries: entries, starts: starts, firstTile: firstTile)
    try fill(&filler)
    precondition(filler.isFull(starts), "ratings are missing")
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
  @inline(__always)
  public func forEach(inRowBlock rowBlock: Int, _ body: (TileEntry) -> Void) {
    let first = tileStarts[firstTile(rowBlock: rowBlock, columnBlock: 0)]
    let end = tileStarts[firstTile(rowBlock: rowBlock + 1, columnBlock: 0)]
    for entry in UnsafeBufferPointer(start: entries + first, count: end - first) { body(entry) }
  }

  /// A checksum of a row block's ratings, which depends on nothing else.
  package func checksum(ofRowBlock rowBlock: Int) -> UInt32 {
    let firstTile = firstTile(rowBlock: rowBlock, columnBlock: 0)
    let nextTile = self.firstTile(rowBlock: rowBlock + 1, columnBlock: 0)
    let (first, end) = (tileStarts[firstTile], tileStarts[nextTile])
    // The entries tell where a rating is in its tile, the starts in which tile.
    let starts = tileStarts[firstTile..<nextTile].map { $0 - first }
    return starts.withUnsafeBytes { Factorization.checksum($0) }
      ^ Factorization.checksum(
        UnsafeRawBufferPointer(UnsafeBufferPointer(start: entries + first, count: end - first)))
  }

  /// Visits all ratings in canonical order, by the positions of their rows and columns in the grid.
  package func forEachPlaced(_ body: (_ row: Int, _ column: Int, _ value: Float) -> Void) {
    let tiles = grid.tiles
    for rowBlock in rowBlocks {
      for columnBlock in 0..<grid.blockCount {
        for tile in 0..<tiles.tilesPerBlock {
          let origin = tiles.origin(ofTile: tile)
          let row = grid.rows.starts[rowBlock] + origin.row
          let column = grid.columns.starts[columnBlock] + origin.column
          for entry in self.tile(tile, rowBlock: rowBlock, columnBlock: columnBlock) {
            body(row + Int(entry.row), column + Int(entry.column), entry.value)
          }
        }
      }
    }
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

/// Puts ratings into their tiles.
package struct TileFiller: ~Copyable {
  // Unsafe, because arrays would be looked at for other owners, and counted, at each rating: `add` checks
  // both places.
  private let entries: UnsafeMutablePointer<TileEntry>
  /// Where the next entry of each tile goes; behind the last, the number of all.
  private let next: UnsafeMutableBufferPointer<Int>
  private let firstTile: Int

  fileprivate init(entries: UnsafeMutablePointer<TileEntry>, starts: [Int], firstTile: Int) {
    self.entries = entries
    next = .allocate(capacity: starts.count)
    _ = next.initialize(from: starts)
    self.firstTile = firstTile
  }

  deinit { next.deallocate() }

  /// Whether each tile has its ratings.
  fileprivate func isFull(_ starts: [Int]) -> Bool {
    next.dropLast().elementsEqual(starts.dropFirst())
  }

  /// Adds a rating.
  @inline(__always)
  fileprivate func add(_ rating: PlacedRating) {
    let last = next.count - 1
    let tile = Int(rating.tile) - firstTile
    precondition(tile >= 0 && tile < last, "a rating is of another rank's tile")
    let position = next[tile]
    precondition(position < next[last], "a tile has more ratings than were counted")
    entries.advanced(by: position).initialize(to: rating.entry)
    next[tile] = position + 1
  }

  /// Adds ratings.
  ///
  /// - Parameter ratings: as a `TileCutter` has placed them.
  package mutating func add(_ ratings: ArraySlice<Rating>) {
    for rating in ratings { add(PlacedRating(rating)) }
  }
}
