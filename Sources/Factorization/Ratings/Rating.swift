/// One observed entry of the rating matrix, by dense row and column index.
public struct Rating: BitwiseCopyable, Sendable, Equatable {
  /// The dense index of the row (user), from 0.
  public var row: UInt32
  /// The dense index of the column (item), from 0.
  public var column: UInt32
  /// The observed value.
  public var value: Float

  /// Creates a rating.
  public init(row: UInt32, column: UInt32, value: Float) {
    self.row = row
    self.column = column
    self.value = value
  }
}
