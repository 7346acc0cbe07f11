/// Sorts the entries of tiles by row, column and value: by counting where there are many entries, by
/// comparison where there are few.
struct TileSorter {
  private let shape: TileShape
  private var scratch: [TileEntry] = []

  init(shape: TileShape) { self.shape = shape }

  /// Sorts one tile in place.
  mutating func sort(_ tile: UnsafeMutableBufferPointer<TileEntry>) {
    var entries = tile
    if entries.count < (shape.rows + shape.columns) / 8 {
      entries.sort(by: TileEntry.precedes)
      return
    }
    if scratch.count < entries.count {
      scratch = [TileEntry](
        repeating: TileEntry(row: 0, column: 0, value: 0), count: entries.count)
    }
    scratch.withUnsafeMutableBufferPointer { scratch in
      let scratch = UnsafeMutableBufferPointer(rebasing: scratch[..<entries.count])
      Self.count(from: entries, into: scratch, keys: shape.columns) { Int($0.column) }
      Self.count(from: scratch, into: entries, keys: shape.rows) { Int($0.row) }
    }
    Self.orderDuplicates(entries)
  }

  /// One stable pass of a counting sort.
  @inline(__always)
  private static func count(
    from source: UnsafeMutableBufferPointer<TileEntry>,
    into target: UnsafeMutableBufferPointer<TileEntry>,
    keys: Int, key: (TileEntry) -> Int
  ) {
    var next = [Int](repeating: 0, count: keys + 1)
    for entry in source { next[key(entry) + 1] += 1 }
    for index in 1...keys { next[index] += next[index - 1] }
    for entry in source {
      target[next[key(entry)]] = entry
      next[key(entry)] += 1
    }
  }

  /// Orders ratings of the same cell by value, so that their order of arrival leaves no trace.
  private static func orderDuplicates(_ entries: UnsafeMutableBufferPointer<TileEntry>) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count
        && (entries[end].row, entries[end].column) == (entries[start].row, entries[start].column)
      { end += 1 }
      if end - start > 1 { entries[start..<end].sort(by: TileEntry.precedes) }
      start = end
    }
  }
}
