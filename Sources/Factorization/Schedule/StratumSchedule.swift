/// The order in which an epoch visits the blocks of the grid: which column block each row block
/// trains in each sub-epoch.
///
/// A schedule is a pure function of (seed, epoch, number of blocks). Every rank computes the same
/// one, so both ends of every message know it and nothing is negotiated.
public protocol StratumSchedule: Sendable {
  /// The plan of one epoch over a grid of `blockCount` × `blockCount` blocks; a Latin square.
  func plan(epoch: Int, blockCount: Int) -> EpochPlan
}

/// The strata of one epoch: a Latin square in which cell (row block, sub-epoch) holds the column
/// block to train.
///
/// In each sub-epoch every row block meets another column block (the sub-epoch is a stratum), and in
/// the whole epoch every row block meets every column block once.
public struct EpochPlan: Sendable, Equatable {
  /// The number of row blocks, of column blocks and of sub-epochs.
  public let blockCount: Int
  private let columnBlocks: [UInt16]
  private let rowBlocks: [UInt16]

  /// Creates a plan from the column block of each (row block, sub-epoch).
  public init(blockCount: Int, columnBlock: (_ rowBlock: Int, _ subEpoch: Int) -> Int) {
    var columnBlocks = [UInt16](repeating: 0, count: blockCount * blockCount)
    var rowBlocks = columnBlocks
    for subEpoch in 0..<blockCount {
      for rowBlock in 0..<blockCount {
        let column = columnBlock(rowBlock, subEpoch)
        columnBlocks[subEpoch * blockCount + rowBlock] = UInt16(column)
        rowBlocks[subEpoch * blockCount + column] = UInt16(rowBlock)
      }
    }
    self.blockCount = blockCount
    self.columnBlocks = columnBlocks
    self.rowBlocks = rowBlocks
  }

  /// The column block that a row block trains in a sub-epoch.
  public func columnBlock(ofRowBlock rowBlock: Int, inSubEpoch subEpoch: Int) -> Int {
    Int(columnBlocks[subEpoch * blockCount + rowBlock])
  }

  /// The row block that trains a column block in a sub-epoch.
  public func rowBlock(ofColumnBlock columnBlock: Int, inSubEpoch subEpoch: Int) -> Int {
    Int(rowBlocks[subEpoch * blockCount + columnBlock])
  }
}
