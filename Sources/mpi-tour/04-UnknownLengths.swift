import MPI

/// Rank 0 takes messages of unknown length from whoever is ready.
func unknownLengths(_ world: borrowing Communicator) throws {
  if world.rank > 0 {
    try world.send([Double](repeating: 0.5, count: world.rank * 3), to: 0, tag: world.rank)
    return
  }
  var lengths = [Int](repeating: 0, count: world.size)
  for _ in 1..<world.size {
    // The probe takes a message out of the queue; only `message` can be received after that.
    let message = try world.matchedProbe(for: Double.self)
    let (values, status) = try message.receive()
    lengths[status.source] = values.count
  }
  print("numbers from each rank: \(lengths)")
}
