import MPI

/// A set of requests hands over whichever transfer is over first.
func severalAtOnce(_ world: borrowing Communicator) throws {
  guard world.rank == 0 else {
    try world.send([world.rank, world.rank * world.rank], to: 0)
    return
  }
  var arrivals = RequestSet<Buffer<Int>>()
  for source in 1..<world.size {
    arrivals.append(
      try world.startReceive(into: Buffer(repeating: 0, count: 2), from: source))
  }
  var squares: [Int: Int] = [:]
  while let arrival = try arrivals.waitAny() {
    squares[arrival.payload[0]] = arrival.payload[1]
  }
  print(squares.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
}
