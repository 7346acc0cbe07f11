import MPI
import MPITestSupport
import XCTest

/// Blocking messages between two ranks.
final class PointToPointTests: RankTestCase {
  private var next: Int { (world.rank + 1) % world.size }
  private var previous: Int { (world.rank + world.size - 1) % world.size }

  func testMessagesOfOnePairKeepTheirOrder() throws {
    for number in 0..<20 { try post(number, to: next, tag: 1) }
    for number in 0..<20 {
      XCTAssertEqual(try world.receive(Int.self, from: previous, tag: 1).value, number)
    }
  }

  func testTagsChooseAmongMessages() throws {
    try post([1.5], to: next, tag: 11)
    try post([2.5, 3.5], to: next, tag: 12)
    let late = try world.receive(arrayOf: Double.self, from: previous, tag: 12)
    XCTAssertEqual(late.values, [2.5, 3.5])
    XCTAssertEqual(late.status.tag, 12)
    XCTAssertEqual(late.status.source, previous)
    XCTAssertEqual(late.status.count, 2)
    XCTAssertEqual(try world.receive(Double.self, from: previous).value, 1.5)
  }

  func testAShorterMessageFillsThePartOfTheBufferThatItNeeds() throws {
    try post([7, 8], to: next)
    var room = [1, 1, 1]
    let status = try world.receive(into: room.mutableSpan, from: previous)
    XCTAssertEqual(status.count, 2)
    XCTAssertEqual(room, [7, 8, 1])
  }

  func testReceivingFromAnybodyFindsEverySender() throws {
    try post(world.rank, to: 0, tag: world.rank)
    if world.rank == 0 {
      var seen: [Int] = []
      for _ in 0..<world.size {
        let (value, status) = try world.receive(Int.self)
        XCTAssertEqual(status.source, value)
        XCTAssertEqual(status.tag, value)
        seen.append(value)
      }
      XCTAssertEqual(seen.sorted(), Array(0..<world.size))
    }
    // Nobody's next message may be taken for one of these.
    try world.barrier()
  }

  func testASynchronousSendArrives() throws {
    let request = try world.startSend(giving: Buffer([world.rank]), to: next, mode: .synchronous)
    XCTAssertEqual(try world.receive(Int.self, from: previous).value, previous)
    _ = try request.wait()
    if world.rank == 0, world.size > 1 { try world.send([4], to: 1, mode: .synchronous) }
    if world.rank == 1 { XCTAssertEqual(try world.receive(Int.self, from: 0).value, 4) }
  }

  func testExchangeMovesLargeMessagesAroundTheRing() throws {
    // Too long to be buffered: two blocking sends would wait for each other.
    let mine = [Int](repeating: world.rank, count: 200_000)
    XCTAssertEqual(
      try world.exchange(mine, to: next, from: previous),
      [Int](repeating: previous, count: 200_000))
    XCTAssertEqual(try world.exchange(world.rank, to: previous, from: next), next)
    let inbox = try world.startReceive(
      into: Buffer<Int32>(repeating: -1, count: 1), from: previous, tag: 5)
    var room = [Double](repeating: 0, count: 4)
    let status = try world.exchange(
      sending: [Int32(world.rank)].span, to: next, tag: 5, receivingInto: room.mutableSpan,
      from: Communicator.nobody)
    XCTAssertEqual(status.count, 0)
    XCTAssertEqual(room, [0, 0, 0, 0])
    let arrived = try inbox.wait()
    XCTAssertEqual(arrived.payload[0], Int32(previous))
  }

  func testNobodyTakesEverything() throws {
    try world.send([1, 2, 3], to: Communicator.nobody)
    var room = [9]
    XCTAssertEqual(
      try world.receive(into: room.mutableSpan, from: Communicator.nobody).count, 0)
    XCTAssertEqual(room, [9])
  }

  func testProbeTellsWithoutReceiving() throws {
    XCTAssertNil(try world.probeIfThere(for: Float.self, from: previous, tag: 77))
    try world.barrier()
    try post([Float](repeating: 2, count: 5), to: next, tag: 77)
    let status = try world.probe(for: Float.self, from: previous, tag: 77)
    XCTAssertEqual(status.count, 5)
    XCTAssertEqual(try world.probeIfThere(for: Float.self, from: previous, tag: 77), status)
    XCTAssertEqual(
      try world.receive(arrayOf: Float.self, from: status.source, tag: status.tag).values,
      [Float](repeating: 2, count: 5))
  }

  func testAMatchedMessageIsOutOfTheQueue() throws {
    XCTAssertTrue(try world.matchedProbeIfThere(for: Int.self, from: previous, tag: 78) == nil)
    try world.barrier()
    try post([1, 2], to: next, tag: 78)
    try post([3], to: next, tag: 78)
    let first = try world.matchedProbe(for: Int.self, from: previous, tag: 78)
    XCTAssertEqual(first.status.count, 2)
    XCTAssertEqual(try world.receive(Int.self, from: previous, tag: 78).value, 3)
    let firstValues = try first.receive().values
    XCTAssertEqual(firstValues, [1, 2])
  }

  func testAMatchedMessageCanBeReceivedInPlaceOrDropped() throws {
    try post([1, 2], to: next, tag: 79)
    try post([5], to: next, tag: 79)
    try post([6], to: next, tag: 79)
    var room = [0, 0, 0]
    try world.matchedProbe(for: Int.self, from: previous, tag: 79)
      .receive(into: room.mutableSpan)
    XCTAssertEqual(room, [1, 2, 0])
    _ = try world.matchedProbe(for: Int.self, from: previous, tag: 79)
    XCTAssertEqual(try world.receive(Int.self, from: previous, tag: 79).value, 6)
  }

  func testAMessageThatCannotBeTakenIsNotLeftToItsSender() throws {
    // Too long to be buffered: a send is over only when its message has been received.
    func start() throws -> Request<Buffer<UInt8>> {
      try world.startSend(giving: Buffer(repeating: UInt8(1), count: 4_000_001), to: next, tag: 80)
    }
    func assertTypeError(_ body: () throws(MPIError) -> Void) {
      do throws(MPIError) {
        try body()
        XCTFail("half an element was received")
      } catch {
        XCTAssertEqual(error.errorClass, .type)
      }
    }
    let first = try start()
    assertTypeError { () throws(MPIError) in
      _ = try world.receive(arrayOf: Int32.self, from: previous, tag: 80)
    }
    _ = try first.wait()
    try world.barrier()
    let second = try start()
    assertTypeError { () throws(MPIError) in
      while true {
        let message = try world.matchedProbeIfThere(for: Int32.self, from: previous, tag: 80)
        if message != nil { return }
      }
    }
    _ = try second.wait()
    try world.barrier()
    let third = try start()
    _ = try world.matchedProbe(for: UInt8.self, from: previous, tag: 80)
    _ = try third.wait()
  }

  func testOneValueIsExactlyOne() throws {
    func failure(_ body: () throws -> Void) -> ErrorClass? {
      do {
        try body()
        return nil
      } catch {
        return (error as? MPIError)?.errorClass
      }
    }
    try post([Int](), to: next, tag: 81)
    XCTAssertEqual(failure { _ = try world.receive(Int.self, from: previous, tag: 81) }, .count)
    try post([1, 2], to: next, tag: 81)
    XCTAssertEqual(
      failure { _ = try world.receive(Int.self, from: previous, tag: 81) }, .truncated)
    try post([Int](), to: next, tag: 81)
    XCTAssertEqual(
      failure { _ = try world.exchange(7, to: Communicator.nobody, from: previous, tag: 81) },
      .count)
    XCTAssertEqual(failure { _ = try world.receive(Int.self, from: Communicator.nobody) }, .count)
    XCTAssertEqual(
      try world.exchange(7, to: Communicator.nobody, from: Communicator.nobody), 7)
  }
}
