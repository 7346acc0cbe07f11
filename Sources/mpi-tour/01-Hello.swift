import MPI

/// Every rank says which it is; rank 0 prints it.
func hello(_ world: borrowing Communicator) throws {
  let greeting = "rank \(world.rank) of \(world.size)"
  if let greetings = try world.gatherVarying(Array(greeting.utf8), to: 0) {
    var text = greetings.values[...]
    for count in greetings.counts {
      print(String(decoding: text.prefix(count), as: UTF8.self))
      text = text.dropFirst(count)
    }
  }
}
