import MPI
import MPITestSupport
import XCTest

/// Making communicators and asking them.
final class CommunicatorTests: RankTestCase {
  func testRanksAreNumberedFromZero() throws {
    XCTAssertEqual(try world.allGather(world.rank), Array(0..<world.size))
  }

  func testADuplicateKeepsItsMessagesToItself() throws {
    let copy = try world.duplicate()
    XCTAssertEqual(copy.rank, world.rank)
    XCTAssertEqual(copy.size, world.size)
    let first = try copy.startSend(giving: Buffer([1]), to: world.rank)
    let second = try world.startSend(giving: Buffer([2]), to: world.rank)
    XCTAssertEqual(try world.receive(Int.self, from: world.rank).value, 2)
    XCTAssertEqual(try copy.receive(Int.self, from: world.rank).value, 1)
    _ = try first.wait()
    _ = try second.wait()
  }

  func testSplitGroupsByColorAndOrdersByKey() throws {
    let part = try world.split(color: world.rank % 2, key: -world.rank)
    let members = (0..<world.size).filter { $0 % 2 == world.rank % 2 }.reversed()
    XCTAssertEqual(try part.allGather(world.rank), Array(members))
  }

  func testRanksWithoutColorAreInNoPart() throws {
    let isIn = world.rank == 0
    let part = try world.split(optionalColor: isIn ? 0 : nil)
    if let part {
      XCTAssertTrue(isIn)
      XCTAssertEqual(part.size, 1)
    } else {
      XCTAssertFalse(isIn)
    }
  }

  func testRanksOfOneNodeShareIt() throws {
    let node = try world.splitByNode()
    let names = try world.allGatherVarying(Array(try world.processorName.utf8))
    // All ranks of these tests run on one machine, so they have one name and one node.
    XCTAssertEqual(node.size, world.size)
    XCTAssertEqual(names.counts, Array(repeating: names.counts[0], count: world.size))
    XCTAssertGreaterThan(names.counts[0], 0)
  }

  func testManyCommunicatorsCanBeMadeSinceEachIsFreed() throws {
    // MPICH has two thousand communicator numbers. Each takes long where ranks outnumber cores.
    for _ in 0..<(world.size == 1 ? 5000 : 100) {
      XCTAssertEqual(try world.duplicate().size, world.size)
    }
  }

  func testTheClockRunsForward() throws {
    let start = world.wallTime
    Thread.sleep(forTimeInterval: 0.01)
    XCTAssertGreaterThanOrEqual(world.wallTime - start, 0.009)
    XCTAssertGreaterThan(world.wallTimeResolution, 0)
    XCTAssertLessThan(world.wallTimeResolution, 0.001)
  }

  func testTheLargestTagCanBeSent() throws {
    let tag = try world.largestTag
    XCTAssertGreaterThanOrEqual(tag, 32767)
    let send = try world.startSend(giving: Buffer([7]), to: world.rank, tag: tag)
    XCTAssertEqual(try world.receive(Int.self, from: world.rank).status.tag, tag)
    _ = try send.wait()
  }

  func testEveryCommunicatorHasTheLargestTagOfTheWorld() throws {
    let part = try world.split(color: world.rank % 2)
    XCTAssertEqual(try part.largestTag, try world.largestTag)
  }
}
