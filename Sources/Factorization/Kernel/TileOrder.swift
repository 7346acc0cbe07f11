/// Puts the ratings of a tile into an epoch's order, as a copy in memory of its own.
///
/// The stored order stays canonical, so that an epoch's order does not depend on the epochs before it.
struct TileOrder: ~Copyable, @unchecked Sendable {
  // Sendable because the memory has one owner, which `~Copyable` enforces.

  private let pointOrder: PointOrder
  private let stripRows: Int
  private let copy: UnsafeMutableBufferPointer<TileEntry>

  /// Takes memory for the largest tile.
  init(_ pointOrder: PointOrder, of blocks: RatingBlocks) {
    self.pointOrder = pointOrder
    stripRows = blocks.grid.tiles.stripRows
    copy = .allocate(capacity: blocks.largestTile)
  }

  deinit { copy.deallocate() }

  /// The entries of a tile in the order of an epoch; valid until it is asked for the next tile's.
  mutating func ordered(
    _ entries: UnsafeBufferPointer<TileEntry>, using generator: inout SplitMix64
  ) -> UnsafeBufferPointer<TileEntry> {
    switch pointOrder {
    case .seq: return entries
    case .wor: shuffle(entries, using: &generator)
    case .wr: draw(entries, using: &generator)
    }
    return UnsafeBufferPointer(rebasing: copy[..<entries.count])
  }

  /// As many entries as there are, each drawn from all of them.
  private func draw(
    _ entries: UnsafeBufferPointer<TileEntry>, using generator: inout SplitMix64
  ) {
    // Unsafe: there is room for the largest tile.
    let target = copy.baseAddress.unsafelyUnwrapped
    for index in entries.indices { target[index] = entries[generator.next(below: entries.count)] }
  }

  /// Strip after strip, from a random entry to the tile's end and from its start to that entry.
  private func shuffle(
    _ entries: UnsafeBufferPointer<TileEntry>, using generator: inout SplitMix64
  ) {
    guard !entries.isEmpty else { return }
    let first = generator.next(below: entries.count)
    // Unsafe: there is room for the largest tile.
    let target = copy.baseAddress.unsafelyUnwrapped
    shuffleStrips(UnsafeBufferPointer(rebasing: entries[first...]), into: target, &generator)
    shuffleStrips(
      UnsafeBufferPointer(rebasing: entries[..<first]), into: target + (entries.count - first),
      &generator)
  }

  /// Copies each strip's entries in random order (Fisher–Yates, inside out).
  private func shuffleStrips(
    _ entries: UnsafeBufferPointer<TileEntry>, into start: UnsafeMutablePointer<TileEntry>,
    _ generator: inout SplitMix64
  ) {
    var strip = start
    var count = 0
    var endRow = 0
    for entry in entries {
      if Int(entry.row) >= endRow {
        strip += count
        count = 0
        endRow = (Int(entry.row) / stripRows + 1) * stripRows
      }
      // Unsafe: strips together have as many places as there are entries, and every draw is at most the
      // count so far.
      let other = generator.next(below: count + 1)
      strip[count] = strip[other]
      strip[other] = entry
      count += 1
    }
  }
}
