import Factorization
import MPI

extension RatingBlocks {
  /// Deals the ratings of all ranks out to the ranks at random, about as many to each.
  ///
  /// Collective.
  ///
  /// A cell's ratings go to the rank that a random number of (seed, row, column) names, so that the share of
  /// a rank depends on the number of ranks, and neither on the grid nor on where the ratings were before. While
  /// they travel they take 24 bytes each beside those that stay.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - communicator: the ranks, which all hold blocks of the same grid.
  /// - Returns: this rank's share, of all row blocks, by the same grid.
  /// - Throws: `MPIError`.
  func dealt(
    seed: UInt64, _ communicator: borrowing Communicator
  ) throws(MPIError) -> RatingBlocks {
    let random = CounterRandom(seed: seed, stream: .share)
    let ranks = communicator.size
    var outgoing = [[Rating]](repeating: [], count: ranks)
    forEachPlaced { rowPosition, columnPosition, value in
      let row = grid.rows.indices[rowPosition]
      let column = grid.columns.indices[columnPosition]
      let target = Int(random.uniform(row, column) * Double(ranks))
      outgoing[target].append(Rating(row: row, column: column, value: value))
    }
    let share = try communicator.allToAllVarying(
      Array(outgoing.joined()), counts: outgoing.map(\.count)
    ).values
    return share.withUnsafeBufferPointer {
      RatingBlocks($0, grid: grid, rowBlocks: 0..<grid.blockCount)
    }
  }
}
