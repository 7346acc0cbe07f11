import MPI
import MPITestSupport
import XCTest

/// Transfers of the caller's own memory while a closure runs.
final class LendTests: RankTestCase {
  private struct Failure: Error {}

  private var next: Int { (world.rank + 1) % world.size }
  private var previous: Int { (world.rank + world.size - 1) % world.size }

  func testSendingAndReceivingGoOnWhileTheClosureRuns() throws {
    // Too long to be buffered: the receive below can only end while the send is under way.
    let mine = [Int](repeating: world.rank, count: 200_000)
    let received = try world.whileSending(mine.span, to: next, tag: 2) {
      try world.receive(arrayOf: Int.self, from: previous, tag: 2).values
    }
    XCTAssertEqual(received, [Int](repeating: previous, count: 200_000))

    var room = [Int](repeating: -1, count: 200_001)
    let (result, status) = try world.whileReceiving(into: room.mutableSpan, from: previous) {
      try world.send(mine, to: next)
      return "done"
    }
    XCTAssertEqual(result, "done")
    XCTAssertEqual(status.count, 200_000)
    XCTAssertEqual(room, [Int](repeating: previous, count: 200_000) + [-1])
  }

  func testExchangingLeavesTheClosureItsOwnWork() throws {
    let mine = [Double](repeating: Double(world.rank), count: 1000)
    var room = [Double](repeating: -1, count: 1000)
    let (sum, status) = try world.whileExchanging(
      sending: mine.span, to: next, receivingInto: room.mutableSpan, from: previous
    ) {
      mine.reduce(0, +)
    }
    XCTAssertEqual(sum, Double(1000 * world.rank))
    XCTAssertEqual(status.source, previous)
    XCTAssertEqual(room, [Double](repeating: Double(previous), count: 1000))
  }

  func testCollectivesRunWhileTheClosureRuns() throws {
    var values = [world.rank, 1]
    let answer = try world.whileAllReducing(inPlace: values.mutableSpan, .sum) { 42 }
    XCTAssertEqual(answer, 42)
    XCTAssertEqual(values, [(0..<world.size).reduce(0, +), world.size])
    try world.whileBroadcasting(values.mutableSpan, from: world.size - 1) {}
    XCTAssertEqual(values[1], world.size)
  }

  func testTheClosuresErrorGoesOnAfterTheTransferIsOver() throws {
    let receive = try world.startReceive(
      into: Buffer<Int>(repeating: -1, count: 1), from: previous, tag: 3)
    XCTAssertThrowsError(
      try world.whileSending([world.rank].span, to: next, tag: 3) { throw Failure() }
    ) { XCTAssertTrue($0 is Failure) }
    let received = try receive.wait()
    XCTAssertEqual(received.payload[0], previous)
  }

  func testAReceiveIsCancelledWhenTheClosureThrows() throws {
    var room = [-1]
    XCTAssertThrowsError(
      try world.whileReceiving(into: room.mutableSpan, from: previous, tag: 4) { throw Failure() })
    try world.barrier()
    try post(world.rank, to: next, tag: 4)
    XCTAssertEqual(try world.receive(Int.self, from: previous, tag: 4).value, previous)
    XCTAssertEqual(room, [-1])
  }

  func testATransferThatCannotStartThrowsAndLeavesNothingUnderWay() throws {
    var room = [-1]
    XCTAssertThrowsError(
      try world.whileExchanging(
        sending: [1].span, to: world.size, receivingInto: room.mutableSpan, from: previous
      ) { XCTFail("the closure ran without its transfer") }
    ) { XCTAssertEqual(($0 as? MPIError)?.errorClass, .rank) }
    XCTAssertEqual(room, [-1])
  }
}
