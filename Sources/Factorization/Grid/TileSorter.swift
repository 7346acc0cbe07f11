/// Sorts the entries of tiles by row, column and value: by counting where there are many entries, by
/// comparison where there are few.
struct TileSorter {
  private let shape: TileShape
  private var scratch: [TileEntry] = []
  /// Where the next entry of each row goes, and of each column.
  private var nextOfRow: [Int32]
  private var nextOfColumn: [Int32]

  init(shape: TileShape) {
    self.shape = shape
    nextOfRow = [Int32](repeating: 0, count: shape.rows)
    nextOfColumn = [Int32](repeating: 0, count: shape.columns)
  }

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
    countKeys(entries)
    scratch.withUnsafeMutableBufferPointer { scratch in
      let scratch = UnsafeMutableBufferPointer(rebasing: scratch[..<entries.count])
      Self.move(from: entries, to: scratch, next: &nextOfColumn) { Int($0.column) }
      Self.move(from: scratch, to: entries, next: &nextOfRow) { Int($0.row) }
    }
    Self.orderDuplicates(entries)
  }

  /// Finds where the entries of each row and of each column start.
  private mutating func countKeys(_ entries: UnsafeMutableBufferPointer<TileEntry>) {
    for index in nextOfRow.indices { nextOfRow[index] = 0 }
    for index in nextOfColumn.indices { nextOfColumn[index] = 0 }
    for entry in entries {
      nextOfRow[Int(entry.row)] += 1
      nextOfColumn[Int(entry.column)] += 1
    }
    Self.makeStarts(&nextOfRow)
    Self.makeStarts(&nextOfColumn)
  }

  /// Puts in place of each count the sum of those before it.
  private static func makeStarts(_ counts: inout [Int32]) {
    var start: Int32 = 0
    for index in counts.indices {
      let count = counts[index]
      counts[index] = start
      start += count
    }
  }

  /// One stable pass of a counting sort.
  @inline(__always)
  private static func move(
    from source: UnsafeMutableBufferPointer<TileEntry>,
    to target: UnsafeMutableBufferPointer<TileEntry>, next: inout [Int32],
    key: (TileEntry) -> Int
  ) {
    for entry in source {
      let place = next[key(entry)]
      next[key(entry)] = place + 1
      target[Int(place)] = entry
    }
  }

  /// Orders ratings of the same cell by value, so that their order of arrival leaves no trace.
  private static func orderDuplicates(_ entries: UnsafeMutableBufferPointer<TileEntry>) {
    guard var cell = entries.first?.cell else { return }
    var start = 0
    for index in 1..<entries.count where entries[index].cell != cell {
      if index - start > 1 { entries[start..<index].sort(by: TileEntry.precedes) }
      start = index
      cell = entries[index].cell
    }
    if entries.count - start > 1 { entries[start..<entries.count].sort(by: TileEntry.precedes) }
  }
}

extension TileEntry {
  /// Row and column as one number, which is one load.
  fileprivate var cell: UInt32 { UInt32(column) << 16 | UInt32(row) }
}
