import MPI

/// Any struct of plain values can be sent; messages count structs, not bytes.
struct Rating: TrivialDatatype {
  var row: UInt32
  var column: UInt32
  var value: Float
}

/// Rank 0 hands ratings out.
func structs(_ world: borrowing Communicator) throws {
  let ratings =
    world.rank == 0
    ? (0..<UInt32(2 * world.size)).map { Rating(row: $0, column: $0 * 7 % 5, value: 0.5) } : []
  let mine = try world.scatter(ratings, from: 0)
  let rows = try world.gather(mine.map(\.row), to: 0)
  if let rows { print("each rank got two ratings; their rows: \(rows)") }
}
