/// One rating within a tile, in 8 bytes: the unit that the kernels stream.
public struct TileEntry: BitwiseCopyable, Sendable, Equatable {
  /// The row, counted from the tile's first.
  public var row: UInt16
  /// The column, counted from the tile's first.
  public var column: UInt16
  /// The observed value.
  public var value: Float

  /// Creates an entry.
  public init(row: UInt16, column: UInt16, value: Float) {
    self.row = row
    self.column = column
    self.value = value
  }

  /// The order in which a tile's entries are stored: by row, column and value.
  static func precedes(_ a: TileEntry, _ b: TileEntry) -> Bool {
    (a.row, a.column, a.value) < (b.row, b.column, b.value)
  }
}
