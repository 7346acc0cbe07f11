import MPI

// A program that goes wrong in the way that its first argument names, for the tests of how a job
// ends. Each way is something that a user's program can do.

struct RankFailure: Error, CustomStringConvertible {
  let description = "the flux capacitor\nis empty"
}

struct Agreed: AgreedFailure {
  let exitCode: Int32 = 3
  let sentence = "ratings.tsv: no such file"
}

struct UnknownCase: Error {}

let name = CommandLine.arguments.dropFirst().first ?? ""

/// What the program does once MPI runs.
func fail(_ world: borrowing Communicator) throws {
  let last = world.size - 1
  switch name {
  case "fine":
    let sum = try world.allReduce(world.rank, .sum)
    if world.rank == 0 { print("sum \(sum)") }
  case "one-rank-throws":
    print("output before the error of rank \(world.rank)")
    if world.rank == last { throw RankFailure() }
    try world.barrier()
  case "mpi-error":
    if world.rank == last { try world.send(1, to: world.size) }
    try world.barrier()
  case "agreed-failure":
    throw Agreed()
  case "throws-with-send-under-way":
    // Nobody receives this, and it is too long to be buffered.
    let request = try world.startSend(
      giving: Buffer(repeating: 1.0, count: 1_000_000), to: (world.rank + 1) % world.size)
    if world.rank == last { throw RankFailure() }
    _ = try request.wait()
  case "throws-while-lending":
    LentTransfers.grace = 0.5
    let values = [Double](repeating: 1, count: 1_000_000)
    try world.whileSending(values.span, to: (world.rank + 1) % world.size) {
      if world.rank == last { throw RankFailure() }
    }
  case "drops-open-file":
    let path = CommandLine.arguments[2]
    let file = try File.open(path, [.create, .writeOnly], on: world)
    try file.writeAll([UInt8(world.rank)].span, at: world.rank)
  case "killed-rank":
    if world.rank == last { fatalError("killed") }
    try world.barrier()
  default:
    throw UnknownCase()
  }
}

if name == "needs-threads" {
  withMPI(threading: .multiple) { world in
    if world.rank == 0 { print("all threads may call") }
  }
} else {
  withMPI { world in try fail(world) }
}
