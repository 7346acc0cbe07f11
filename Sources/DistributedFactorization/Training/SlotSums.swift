import Factorization
import MPI

/// Sums over the whole grid that do not depend on the number of ranks.
///
/// There is one slot for each row block, or column block, and quantity. Each slot is filled by the
/// one rank that holds the block and zero elsewhere, so the Allreduce adds zeros only and is exact;
/// the slots are then added in the order of blocks, on every rank alike.
package struct SlotSums {
  private var slots: [Double]
  private let quantities: Int

  package init(blockCount: Int, quantities: Int) {
    slots = Array(repeating: 0, count: blockCount * quantities)
    self.quantities = quantities
  }

  /// The slot of a block and quantity.
  package subscript(block: Int, quantity: Int) -> Double {
    get { slots[block * quantities + quantity] }
    set { slots[block * quantities + quantity] = newValue }
  }

  /// The sum of each quantity over all blocks of all ranks.
  ///
  /// Collective.
  package func totals(_ communicator: borrowing Communicator) throws(MPIError) -> [Double] {
    let all = try communicator.allReduce(slots, .sum)
    return (0..<quantities).map { quantity in
      stride(from: quantity, to: all.count, by: quantities).reduce(0) { $0 + all[$1] }
    }
  }
}
