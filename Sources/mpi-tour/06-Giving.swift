import MPI

/// The *give* form: a buffer moves into the transfer and comes back when it is over.
func giving(_ world: borrowing Communicator) throws {
  let next = (world.rank + 1) % world.size
  let previous = (world.rank + world.size - 1) % world.size
  var block = Buffer([Float](repeating: Float(world.rank), count: 1000))
  for _ in 0..<world.size {
    let incoming = try world.startReceive(
      into: Buffer<Float>(repeating: 0, count: 1000), from: previous)
    let outgoing = try world.startSend(giving: block, to: next)
    // `block` cannot be touched here: it does not compile.
    block = try incoming.wait().payload
    _ = try outgoing.wait()
  }
  // After as many steps as there are ranks every block is at home again.
  let isHome = try world.allReduce(block[0] == Float(world.rank), .logicalAnd)
  if world.rank == 0 { print("every block came home: \(isHome)") }
}
