import MPI

/// A number goes around the ring of ranks, and each adds its own.
func messages(_ world: borrowing Communicator) throws {
  let next = (world.rank + 1) % world.size
  let last = world.size - 1
  if world.rank == 0 {
    try world.send(0, to: next)
    let (sum, status) = try world.receive(Int.self, from: last)
    print("\(sum) came back from rank \(status.source)")
  } else {
    let (sum, _) = try world.receive(Int.self, from: world.rank - 1)
    try world.send(sum + world.rank, to: next)
  }
}
