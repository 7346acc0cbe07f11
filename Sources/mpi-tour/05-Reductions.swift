import MPI

/// Count, sum and sum of squares of numbers that are spread over the ranks.
struct Moments: TrivialDatatype {
  var count = 0
  var sum = 0.0
  var squares = 0.0
}

/// Sums, extremes with their places, and a reduction of one's own.
func reductions(_ world: borrowing Communicator) throws {
  let value = Double((world.rank * 3) % 4)
  let sum = try world.allReduce(value, .sum)
  let largest = try world.allReduce(Located(value, at: Int32(world.rank)), .maximum)
  let add = try Reduction<Moments> { a, b in
    Moments(count: a.count + b.count, sum: a.sum + b.sum, squares: a.squares + b.squares)
  }
  let mine = Moments(count: 1, sum: value, squares: value * value)
  let all = try world.allReduce(mine, add)
  let before = try world.exclusiveScan(world.rank + 1, .sum, onRankZero: 0)
  if world.rank == world.size - 1 {
    print("sum \(sum), largest \(largest.value) on rank \(largest.index)")
    print("\(all.count) values, sum of squares \(all.squares)")
    print("the ranks before rank \(world.rank) have \(before) things")
  }
}
