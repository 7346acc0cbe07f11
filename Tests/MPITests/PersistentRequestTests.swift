import MPI
import MPITestSupport
import XCTest

/// Transfers that are set up once and started many times.
final class PersistentRequestTests: RankTestCase {
  func testTheSameTransferRunsManyTimes() throws {
    let (next, previous) = (
      (world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size
    )
    var send = try world.persistentSend(giving: Buffer([0, 0]), to: next, tag: 4)
    var receive = try world.persistentReceive(
      into: Buffer(repeating: 0, count: 3), from: previous, tag: 4)
    for round in 0..<10 {
      var values = send.mutableSpan
      values[0] = world.rank
      values[1] = round
      let receiving = try receive.start()
      let sending = try send.start()
      receive = try receiving.wait()
      XCTAssertEqual(receive.status?.count, 2)
      XCTAssertEqual(receive.status?.source, previous)
      XCTAssertEqual(receive.span[0], previous)
      XCTAssertEqual(receive.span[1], round)
      send = try sending.wait()
    }
    let (sent, received) = (try send.finish().array, try receive.finish().array)
    XCTAssertEqual(sent, [world.rank, 9])
    XCTAssertEqual(received, [previous, 9, 0])
  }

  func testIsOverTurnsTrueOnceTheMessageIsThere() throws {
    let receive = try world.persistentReceive(
      into: Buffer(repeating: 0, count: 1), from: world.rank, tag: 5
    ).start()
    XCTAssertFalse(try receive.isOver())
    try world.send(3, to: world.rank, tag: 5)
    while try !receive.isOver() {}
    let buffer = try receive.wait().finish()
    XCTAssertEqual(buffer[0], 3)
  }

  func testAReceiveThatFailsThrowsAndFreesItsBuffer() throws {
    try post([1, 2], to: world.rank, tag: 8)
    // The message comes first: Open MPI 4.1 does not notice the other order within one rank.
    _ = try world.probe(for: Int.self, from: world.rank, tag: 8)
    let receive = try world.persistentReceive(into: Tracked([0]), from: world.rank, tag: 8).start()
    do {
      _ = try receive.wait()
      XCTFail("a message of two went into a buffer of one")
    } catch {
      XCTAssertEqual(error.errorClass, .truncated)
    }
    XCTAssertEqual(Tracked.alive.load(), 0)
  }

  func testDroppedOnesFreeTheirBuffers() throws {
    do {
      _ = try world.persistentReceive(into: Tracked([0]), from: world.rank, tag: 6)
      _ = try world.persistentReceive(into: Tracked([0]), from: world.rank, tag: 6).start()
      _ = try world.persistentSend(giving: Tracked([5]), to: world.rank, tag: 7).start()
    }
    XCTAssertEqual(try world.receive(Int.self, from: world.rank, tag: 7).value, 5)
    while Tracked.alive.load() > 0 {
      _ = try world.startReceive(
        into: Buffer<Int>(repeating: 0, count: 1), from: world.rank, tag: 6)
    }
  }
}
