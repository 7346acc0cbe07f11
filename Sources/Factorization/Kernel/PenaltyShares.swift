/// What one of the N ratings of each row held here and of each column, by position, carries of a penalty:
/// 1/N where it is not weighted, all of it where it is.
public final class PenaltyShares: @unchecked Sendable {
  // Sendable because nothing changes after `init`.

  /// The position of the first row that is held.
  let firstRow: Int
  let rows: UnsafePointer<Float>
  let columns: UnsafePointer<Float>

  /// Computes the shares of the rows of some row blocks and of all columns.
  public init(
    grid: Grid, rowBlocks: Range<Int>, rowDegrees: [Int32], columnDegrees: [Int32], isWeighted: Bool
  ) {
    firstRow = grid.rows.starts[rowBlocks.lowerBound]
    let positions = firstRow..<grid.rows.starts[rowBlocks.upperBound]
    rows = Self.shares(positions, of: grid.rows, rowDegrees, isWeighted)
    columns = Self.shares(
      0..<grid.columns.indices.count, of: grid.columns, columnDegrees, isWeighted)
  }

  deinit {
    rows.deallocate()
    columns.deallocate()
  }

  private static func shares(
    _ positions: Range<Int>, of partition: BlockPartition, _ degrees: [Int32],
    _ isWeighted: Bool
  ) -> UnsafePointer<Float> {
    let shares = UnsafeMutablePointer<Float>.allocate(capacity: max(1, positions.count))
    for (offset, position) in positions.enumerated() {
      let degree = degrees[Int(partition.indices[position])]
      shares.advanced(by: offset).initialize(to: isWeighted ? 1 : 1 / Float(max(1, degree)))
    }
    return UnsafePointer(shares)
  }
}
