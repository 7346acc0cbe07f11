import MPI
import MPITestSupport
import XCTest

/// The give form of non-blocking transfers.
final class RequestTests: RankTestCase {
  private var next: Int { (world.rank + 1) % world.size }
  private var previous: Int { (world.rank + world.size - 1) % world.size }

  func testBuffersComeBackFromWaitWithWhatWasReceived() throws {
    let receive = try world.startReceive(
      into: Buffer(repeating: 0, count: 100), from: previous, tag: 3)
    let send = try world.startSend(
      giving: Buffer([Int](repeating: world.rank, count: 60)), to: next, tag: 3)
    let received = try receive.wait()
    XCTAssertEqual(received.status.source, previous)
    XCTAssertEqual(received.status.tag, 3)
    XCTAssertEqual(received.status.count, 60)
    XCTAssertEqual(
      received.payload.array,
      [Int](repeating: previous, count: 60) + [Int](repeating: 0, count: 40))
    let sent = try send.wait()
    XCTAssertEqual(sent.payload.array, [Int](repeating: world.rank, count: 60))
  }

  func testTheRequestComesBackFromTestUntilTheTransferIsOver() throws {
    var request = try world.startReceive(
      into: Buffer<Double>(repeating: 0, count: 1), from: previous)
    // Nothing has been sent yet, on any rank: the barrier below is still ahead of all of them.
    switch try request.test() {
    case .completed: return XCTFail("a transfer was over before it began")
    case .pending(let same): request = same
    }
    try world.barrier()
    let send = try world.startSend(giving: Buffer([Double(world.rank)]), to: next)
    polling: while true {
      switch try request.test() {
      case .pending(let same):
        request = same
      case .completed(let buffer, let status):
        XCTAssertEqual(buffer[0], Double(previous))
        XCTAssertEqual(status.source, previous)
        break polling
      }
    }
    _ = try send.wait()
  }

  func testADroppedReceiveTakesNoMessage() throws {
    _ = try world.startReceive(into: Buffer<Int>(repeating: 0, count: 1), from: previous, tag: 8)
    try world.barrier()
    try post(world.rank, to: next, tag: 8)
    XCTAssertEqual(try world.receive(Int.self, from: previous, tag: 8).value, previous)
  }

  func testADroppedSendArrivesAndItsMemoryStays() throws {
    // Too long to be buffered by MPI: the message is read from this memory when it is received.
    let count = 300_000
    _ = try world.startSend(
      giving: Tracked([Int](repeating: world.rank, count: count)), to: next, tag: 9)
    // Memory that was freed too early would be handed out, and overwritten, here.
    for _ in 0..<10 { _ = Buffer(repeating: -1, count: count) }
    try world.barrier()
    XCTAssertEqual(
      try world.receive(arrayOf: Int.self, from: previous, tag: 9).values,
      [Int](repeating: previous, count: count))
    try world.barrier()
    // Another dropped request makes the wrapper look at those before it.
    while Tracked.alive.load() > 0 {
      _ = try world.startReceive(into: Buffer<Int>(repeating: 0, count: 1), from: previous, tag: 9)
    }
    XCTAssertEqual(Tracked.alive.load(), 0)
  }

  func testOwnTypesCanBeGiven() throws {
    let receive = try world.startReceive(
      into: Tracked([Int](repeating: 0, count: 2)), from: previous)
    let send = try world.startSend(giving: Tracked([world.rank, 5]), to: next)
    do {
      let received = try receive.wait()
      XCTAssertEqual(Array(received.payload.unsafeMutableStorage), [previous, 5])
      _ = try send.wait()
    }
    XCTAssertEqual(Tracked.alive.load(), 0)
  }

  func testABufferIsAlignedAndIndexed() {
    var buffer = Buffer(repeating: Float(1), count: 33)
    XCTAssertEqual(Int(bitPattern: buffer.unsafeMutableStorage.baseAddress) % 64, 0)
    buffer[32] = 4
    var span = buffer.mutableSpan
    span[0] = 3
    XCTAssertEqual(buffer.array, [3] + [Float](repeating: 1, count: 31) + [4])
    XCTAssertEqual(buffer.span.count, 33)
    XCTAssertEqual(Buffer([Int]()).count, 0)
  }
}
