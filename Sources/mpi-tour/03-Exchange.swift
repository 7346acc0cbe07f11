import MPI

/// Neighbours in a chain swap the ends of their parts, as a stencil needs before each step.
func exchange(_ world: borrowing Communicator) throws {
  // Nobody is before the first rank and after the last: those messages do nothing.
  let left = world.rank == 0 ? Communicator.nobody : world.rank - 1
  let right = world.rank == world.size - 1 ? Communicator.nobody : world.rank + 1
  let part = [10 * world.rank, 10 * world.rank + 1, 10 * world.rank + 2]
  var (before, after) = ([-1], [-1])
  try world.exchange(
    sending: part.span.extracting(last: 1), to: right,
    receivingInto: before.mutableSpan, from: left)
  try world.exchange(
    sending: part.span.extracting(first: 1), to: left,
    receivingInto: after.mutableSpan, from: right)
  if let halos = try world.gather(before + after, to: 0) { print(halos) }
}
