/// How the ratings of the heaviest columns are spread over the row blocks: what is counted before the
/// columns are divided.
///
/// So many columns are looked at that their counts take a few megabytes and the division a fraction of a
/// second; all others are light, and even each other out.
public struct ColumnSpread: Sendable {
  private let rows: BlockPartition
  private let order: [UInt32]
  private let heaviest: Int
  /// The place among the heaviest of each column, or −1.
  private let ranks: [Int32]

  private static let mostCounts = 1 << 22
  private static let mostSteps = 1 << 28

  /// Chooses the heaviest columns.
  ///
  /// - Parameters:
  ///   - rows: the division of the rows.
  ///   - order: the columns by descending degree.
  init(rows: BlockPartition, order: [UInt32]) {
    self.rows = rows
    self.order = order
    let blocks = rows.blockCount
    heaviest = min(
      order.count, Self.mostCounts / blocks, max(1, Self.mostSteps / (blocks * blocks)))
    var ranks = [Int32](repeating: -1, count: order.count)
    for (rank, column) in order.prefix(heaviest).enumerated() { ranks[Int(column)] = Int32(rank) }
    self.ranks = ranks
  }

  /// Counts ratings of the heaviest columns by row block.
  ///
  /// - Parameter ratings: some of the ratings; the counts of several parts add up to those of all.
  /// - Returns: for each of the heaviest columns a number for each row block.
  public func counts(of ratings: RatingList) -> [Int32] {
    var counts = [Int32](repeating: 0, count: heaviest * rows.blockCount)
    for chunk in ratings.chunks { add(chunk, to: &counts) }
    return counts
  }

  /// Counts ratings of the heaviest columns by row block, as of a list.
  func counts(of ratings: [Rating]) -> [Int32] {
    var counts = [Int32](repeating: 0, count: heaviest * rows.blockCount)
    add(ratings, to: &counts)
    return counts
  }

  private func add(_ ratings: [Rating], to counts: inout [Int32]) {
    let blockCount = rows.blockCount
    for rating in ratings {
      let rank = Int(ranks[Int(rating.column)])
      guard rank >= 0 else { continue }
      counts[rank &* blockCount &+ Int(rows.blocks[Int(rating.row)])] += 1
    }
  }

  /// Divides the columns.
  ///
  /// Each of the heaviest, in descending order of degree, goes to the column block whose ratings lie least
  /// in the row blocks that hold the column's ratings: to that with the smallest product of both counts,
  /// and among equals to the lightest.
  ///
  /// - Parameters:
  ///   - counts: the counts of all ratings.
  ///   - degrees: the number of ratings of each column.
  /// - Returns: the division of all columns.
  func partition(_ counts: [Int32], degrees: [Int32]) -> BlockPartition {
    let blockCount = rows.blockCount
    var loads = [Int](repeating: 0, count: blockCount * blockCount)
    var totals = [Int](repeating: 0, count: blockCount)
    let blocks = (0..<heaviest).map { rank in
      let own = counts[rank * blockCount..<(rank + 1) * blockCount]
      var best = (product: Int.max, total: Int.max, block: 0)
      for block in 0..<blockCount {
        var product = 0
        for (offset, count) in own.enumerated() {
          product &+= loads[block * blockCount + offset] &* Int(count)
        }
        if (product, totals[block]) < (best.product, best.total) {
          best = (product, totals[block], block)
        }
      }
      totals[best.block] += BlockPartition.weight(ofDegree: degrees[Int(order[rank])])
      for (offset, count) in own.enumerated() {
        loads[best.block * blockCount + offset] += Int(count)
      }
      return best.block
    }
    return BlockPartition(
      degrees: degrees, order: order, blockCount: blockCount, heaviest: blocks)
  }
}
