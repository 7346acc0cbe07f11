import MPI
import MPITestSupport
import XCTest

/// One message of more than 2^31 elements, without lowering any limit: 2 GiB are sent from the
/// first rank to the last.
final class HugeMessageTests: RankTestCase {
  func testMoreThanTwoToThe31Elements() throws {
    let count = 1 << 31 + 5
    let marks = [0: UInt8(1), 1 << 31 - 1: 2, 1 << 31: 3, count - 1: 4]
    let last = world.size - 1
    if world.rank == last {
      let receive = try world.startReceive(
        into: Buffer(repeating: UInt8(9), count: count + 1), from: 0)
      if last == 0 { try send(count, marks, to: last) }
      let done = try receive.wait()
      XCTAssertEqual(done.status.count, count)
      for (position, mark) in marks { XCTAssertEqual(done.payload[position], mark) }
      XCTAssertEqual(done.payload[1 << 30], 0)
      XCTAssertEqual(done.payload[count], 9)
    } else if world.rank == 0 {
      try send(count, marks, to: last)
    }
    try world.barrier()
  }

  private func send(_ count: Int, _ marks: [Int: UInt8], to last: Int) throws {
    var buffer = Buffer(repeating: UInt8(0), count: count)
    for (position, mark) in marks { buffer[position] = mark }
    _ = try world.startSend(giving: buffer, to: last).wait()
  }
}
