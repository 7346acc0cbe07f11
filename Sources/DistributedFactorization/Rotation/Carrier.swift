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
  /// Memory for the rounded numbers, where they travel so.
  private var rounded: RoundedBlock?
  /// The transfer, while MPI has the memory.
  private var request: Request<FactorBlock>?
  private var roundedRequest: Request<RoundedBlock>?

  init(_ block: consuming FactorBlock, wire: WirePrecision) {
    rounded =
      wire == .bfloat16
      ? RoundedBlock(capacity: block.capacity * block.shape.floatsPerVector) : nil
    self.block = consume block
  }

  /// Starts to send the block.
  ///
  /// - Parameters:
  ///   - target: the rank that it goes to.
  ///   - subEpoch: the sub-epoch for which it goes there.
  ///   - rounding: how its numbers are rounded; nil where they travel as they are.
  ///   - communicator: the ranks.
  /// - Returns: the bytes that travel.
  /// - Throws: `MPIError`.
  func send(
    to target: Int, forSubEpoch subEpoch: Int, rounding: StochasticRounding?,
    _ communicator: borrowing Communicator
  ) throws(MPIError) -> Int {
    arrivesForSubEpoch = nil
    guard let rounding, var rounded = rounded.take() else {
      guard let block = block.take() else { preconditionFailure("nothing to send") }
      let bytes = block.floats.count * MemoryLayout<Float>.stride
      request = try communicator.startSend(giving: block, to: target, tag: columnBlock)
      return bytes
    }
    rounded.count = block?.floats.count ?? 0
    if let floats = block?.floats {
      rounding.round(
        floats, into: rounded.unsafeMutableStorage, columnBlock: columnBlock, subEpoch: subEpoch)
    }
    let bytes = rounded.count * MemoryLayout<UInt16>.stride
    roundedRequest = try communicator.startSend(giving: rounded, to: target, tag: columnBlock)
    return bytes
  }

  /// Starts to receive a column block with so many vectors.
  func receive(
    _ columnBlock: Int, count: Int, forSubEpoch subEpoch: Int, from source: Int, isRounded: Bool,
    _ communicator: borrowing Communicator
  ) throws(MPIError) {
    self.columnBlock = columnBlock
    arrivesForSubEpoch = subEpoch
    block?.count = count
    if isRounded, var rounded = rounded.take() {
      rounded.count = block?.floats.count ?? 0
      roundedRequest = try communicator.startReceive(into: rounded, from: source, tag: columnBlock)
    } else {
      guard let block = block.take() else { preconditionFailure("no memory to receive into") }
      request = try communicator.startReceive(into: block, from: source, tag: columnBlock)
    }
  }

  /// Finishes the transfer if it can be finished now.
  ///
  /// - Returns: whether the block is here.
  func test() throws(MPIError) -> Bool {
    if let request = request.take() {
      switch try request.test() {
      case .completed(let block, _): self.block = consume block
      case .pending(let request): self.request = consume request
      }
      return block != nil
    }
    if let request = roundedRequest.take() {
      switch try request.test() {
      case .completed(let rounded, _):
        if arrivesForSubEpoch != nil, let floats = block?.floats { rounded.expand(into: floats) }
        self.rounded = consume rounded
      case .pending(let request):
        roundedRequest = consume request
        return false
      }
    }
    return true
  }
}
