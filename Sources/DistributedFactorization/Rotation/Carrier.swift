import Factorization
import MPI

/// Memory for one column block of H on this rank, and what it is doing: idle, holding a block, or
/// under way with one.
final class Carrier {
  /// The column block that is held or under way.
  var columnBlock = 0
  /// Where an arriving block is going to be trained; nil for one that leaves.
  var arrivesForSubEpoch: Int?
  /// The memory, while it is here.
  var block: FactorBlock?
  /// The memory, while MPI has it.
  var request: Request<FactorBlock>?

  init(_ block: consuming FactorBlock) { self.block = consume block }

  /// Finishes the transfer if it can be finished now.
  ///
  /// - Returns: whether the block is here.
  func test() throws(MPIError) -> Bool {
    guard let request = request.take() else { return true }
    switch try request.test() {
    case .completed(let block, _):
      self.block = consume block
      return true
    case .pending(let request):
      self.request = consume request
      return false
    }
  }
}
