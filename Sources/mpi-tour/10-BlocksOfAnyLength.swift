import MPI

/// Numbers go to the rank that owns their residue; all have different amounts for each other.
func blocksOfAnyLength(_ world: borrowing Communicator) throws {
  let mine = (0..<10).map { world.rank * 10 + $0 }
  let blocks = (0..<world.size).map { owner in mine.filter { $0 % world.size == owner } }
  let (owned, counts) = try world.allToAllVarying(
    blocks.flatMap { $0 }, counts: blocks.map(\.count))
  if world.rank == 1 {
    print("rank 1 got \(counts) numbers from the ranks: \(owned)")
  }
}
