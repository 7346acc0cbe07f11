import MPI

/// The *lend* form: a closure works while a transfer of the caller's own memory is under way.
func lending(_ world: borrowing Communicator) throws {
  let next = (world.rank + 1) % world.size
  let previous = (world.rank + world.size - 1) % world.size
  let mine = [Double](repeating: Double(world.rank), count: 100_000)
  var theirs = [Double](repeating: 0, count: 100_000)
  let (sum, status) = try world.whileExchanging(
    sending: mine.span, to: next, receivingInto: theirs.mutableSpan, from: previous
  ) {
    // What is sent can be read; `theirs` cannot be seen from here.
    mine.reduce(0, +)
  }
  if world.rank == 1 {
    print("summed to \(sum) while \(status.count) numbers came from rank \(status.source)")
    print("the first of them is \(theirs[0])")
  }
}
