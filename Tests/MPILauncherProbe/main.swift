import Foundation
import MPI

// A program that goes wrong in the way that its first argument names, for the tests of how a job
// ends. Each way is something that a user's program can do.

struct RankFailure: Error, CustomStringConvertible {
  let description = "the flux capacitor\nis empty"
}

struct Agreed: AgreedFailure {
  var exitCode: Int32 = 3
  let sentence = "ratings.tsv: no such file"
}

struct UnknownCase: Error {}

func drop(_ file: consuming File) {}

/// Starts, around the ring of ranks, transfers that are too long to be buffered, and drops them.
func dropTransfers(_ world: borrowing Communicator) throws {
  Runtime.grace = 0.5
  let next = (world.rank + 1) % world.size
  let previous = (world.rank + world.size - 1) % world.size
  let long = 1_000_000
  _ = try world.startSend(giving: Buffer(repeating: 1.0, count: long), to: next)
  _ = try world.startReceive(into: Buffer(repeating: 1.0, count: long), from: previous, tag: 1)
}

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
    Runtime.grace = 0.5
    let values = [Double](repeating: 1, count: 1_000_000)
    try world.whileSending(values.span, to: (world.rank + 1) % world.size) {
      if world.rank == last { throw RankFailure() }
    }
  case "agreed-failure-with-code-zero":
    throw Agreed(exitCode: 0)
  case "agreed-failure-with-transfers-under-way":
    try dropTransfers(world)
    throw Agreed()
  case "returns-with-transfers-under-way":
    try dropTransfers(world)
  case "receives-late":
    Runtime.grace = 0.2
    if world.rank == 0 {
      _ = try world.startSend(giving: Buffer(repeating: 1.0, count: 1_000_000), to: last)
    }
    if world.rank == last {
      Thread.sleep(forTimeInterval: 1)
      _ = try world.receive(arrayOf: Double.self, from: 0)
    }
  case "agreed-failure-while-lending":
    Runtime.grace = 0.5
    let values = [Double](repeating: 1, count: 1_000_000)
    try world.whileSending(values.span, to: (world.rank + 1) % world.size) { throw Agreed() }
  case "drops-files-in-different-orders":
    let first = try File.open(CommandLine.arguments[2], [.create, .writeOnly], on: world)
    let second = try File.open(CommandLine.arguments[3], [.create, .writeOnly], on: world)
    if world.rank == 0 {
      drop(first)
      drop(second)
    } else {
      drop(second)
      drop(first)
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
