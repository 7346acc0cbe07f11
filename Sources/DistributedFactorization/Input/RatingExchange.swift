import Factorization
import MPI

/// A rating travels as its bytes.
extension Rating: TrivialDatatype {}

extension Communicator {
  /// Brings each rating to the rank that owns its row block.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - ratings: this rank's ratings, by dense index, in any order.
  ///   - rows: the division of the rows.
  ///   - ownership: which rank owns which row blocks.
  /// - Returns: all ranks' ratings of this rank's row blocks.
  /// - Throws: `MPIError`.
  func exchange(
    _ ratings: consuming [Rating], rows: BlockPartition, ownership: BlockOwnership
  ) throws(MPIError) -> [Rating] {
    if size == 1 { return ratings }
    var ratings = ratings
    let targets = (0..<ownership.blockCount).map { ownership.rank(ofRowBlock: $0) }
    var counts = [Int](repeating: 0, count: size)
    for rating in ratings { counts[targets[Int(rows.blocks[Int(rating.row)])]] += 1 }
    var next = [0]
    for count in counts.dropLast() { next.append(next[next.count - 1] + count) }
    var outgoing = [Rating](
      repeating: Rating(row: 0, column: 0, value: 0), count: ratings.count)
    for rating in ratings {
      let target = targets[Int(rows.blocks[Int(rating.row)])]
      outgoing[next[target]] = rating
      next[target] += 1
    }
    ratings = []
    return try allToAllVarying(outgoing, counts: counts).values
  }
}
