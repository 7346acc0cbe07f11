import Foundation
import MPI

/// Every rank writes its part of one file.
func files(_ world: borrowing Communicator) throws {
  let path = NSTemporaryDirectory() + "/mpi-tour.bin"
  let mine = [Int32](repeating: Int32(world.rank), count: world.rank + 1)
  let first = try world.exclusiveScan(mine.count, .sum, onRankZero: 0)
  let file = try File.open(path, [.create, .readWrite], on: world)
  try file.writeAll(mine.span, at: 4 * first)
  try file.synchronize()
  try world.barrier()
  let bytes = try file.size
  var all = [Int32](repeating: -1, count: bytes / 4)
  try file.readAll(into: all.mutableSpan, at: 0)
  try file.close()
  if world.rank == 0 {
    print("\(bytes) bytes: \(all)")
    try File.delete(path)
  }
}
