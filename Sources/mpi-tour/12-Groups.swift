import MPI

/// Communicators of some of the ranks.
func groups(_ world: borrowing Communicator) throws {
  let parity = try world.split(color: world.rank % 2)
  let sum = try parity.allReduce(world.rank, .sum)
  let node = try world.splitByNode()
  let sums = try world.gather(sum, to: 0)
  if let sums {
    print("sums among ranks of my parity: \(sums)")
    print("\(node.size) ranks share this node's memory")
  }
  // Both are freed here, at the end of their lives.
}
