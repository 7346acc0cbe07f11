import MPI
import MPITestSupport
import XCTest

/// Collective operations that are started and waited for later.
final class NonBlockingCollectiveTests: RankTestCase {
  private var ranks: Range<Int> { 0..<world.size }
  private var empty: Buffer<Int> { Buffer([]) }

  func testBarrierAndBroadcast() throws {
    _ = try world.startBarrier().wait()
    for root in ranks {
      let request = try world.startBroadcast(giving: Buffer([world.rank, 7]), from: root)
      let requestDone = try request.wait()
      XCTAssertEqual(requestDone.payload.array, [root, 7])
    }
  }

  func testReductionsReplaceTheValues() throws {
    let sum = ranks.reduce(0, +)
    let all = try world.startAllReduce(giving: Buffer([world.rank, 1]), .sum)
    let allDone = try all.wait()
    XCTAssertEqual(allDone.payload.array, [sum, world.size])
    for root in ranks {
      let one = try world.startReduce(giving: Buffer([world.rank]), .maximum, to: root).wait()
      if world.rank == root { XCTAssertEqual(one.payload.array, [world.size - 1]) }
    }
    let scan = try world.startScan(giving: Buffer([1, world.rank]), .sum)
    let rank = world.rank
    let scanDone = try scan.wait()
    XCTAssertEqual(scanDone.payload.array, [rank + 1, rank * (rank + 1) / 2])
    let before = try world.startExclusiveScan(giving: Buffer([1, 2]), .sum, onRankZero: -7).wait()
    XCTAssertEqual(before.payload.array, rank == 0 ? [-7, -7] : [rank, 2 * rank])
    let block = try world.startReduceScatter(
      giving: Buffer(ranks.map { $0 + rank }), into: Buffer([0]), .sum)
    let blockDone = try block.wait()
    XCTAssertEqual(blockDone.payload.received.array, [rank * world.size + sum])
  }

  func testGathersAndScatters() throws {
    let all = ranks.flatMap { [$0, -$0] }
    let room = 2 * world.size
    let gathered = try world.startAllGather(
      giving: Buffer([world.rank, -world.rank]), into: Buffer(repeating: 9, count: room)
    ).wait().payload
    XCTAssertEqual(gathered.received.array, all)
    XCTAssertEqual(gathered.sent.array, [world.rank, -world.rank])
    for root in ranks {
      let isRoot = world.rank == root
      let atRoot = try world.startGather(
        giving: Buffer([world.rank, -world.rank]),
        into: Buffer(repeating: 9, count: isRoot ? room : 0), to: root
      ).wait().payload
      XCTAssertEqual(atRoot.received.array, isRoot ? all : [])
      let block = try world.startScatter(
        giving: Buffer(isRoot ? all : []), into: Buffer([9, 9]), from: root
      ).wait().payload
      XCTAssertEqual(block.received.array, [world.rank, -world.rank])
    }
  }

  func testAllToAll() throws {
    let rank = world.rank
    let exchanged = try world.startAllToAll(
      giving: Buffer(ranks.map { rank * 10 + $0 }), into: Buffer(repeating: 0, count: world.size)
    ).wait().payload
    XCTAssertEqual(exchanged.received.array, ranks.map { $0 * 10 + rank })
  }

  func testVaryingForms() throws {
    let rank = world.rank
    let counts = Array(ranks)
    let all = ranks.flatMap { Array(repeating: $0, count: $0) }
    let mine = Array(repeating: rank, count: rank)
    let everywhere = try world.startAllGatherVarying(
      giving: Buffer(mine), into: Buffer(repeating: 9, count: all.count), counts: counts
    ).wait().payload
    XCTAssertEqual(everywhere.received.array, all)
    for root in ranks {
      let isRoot = rank == root
      let atRoot = try world.startGatherVarying(
        giving: Buffer(mine), into: Buffer(repeating: 9, count: isRoot ? all.count : 0),
        counts: counts, to: root
      ).wait().payload
      XCTAssertEqual(atRoot.received.array, isRoot ? all : [])
      let block = try world.startScatterVarying(
        giving: Buffer(isRoot ? all : []), counts: counts,
        into: Buffer(repeating: 9, count: rank), from: root
      ).wait().payload
      XCTAssertEqual(block.received.array, mine)
    }
    let blockCounts = ranks.map { (rank + $0) % 3 }
    let exchanged = try world.startAllToAllVarying(
      giving: Buffer(blockCounts.flatMap { Array(repeating: rank, count: $0) }),
      counts: blockCounts, into: Buffer(repeating: 9, count: blockCounts.reduce(0, +)),
      resultCounts: blockCounts
    ).wait().payload
    XCTAssertEqual(
      exchanged.received.array,
      ranks.flatMap { Array(repeating: $0, count: ($0 + rank) % 3) })
  }

  func testSeveralAtOnceInASet() throws {
    var set = RequestSet<Buffer<Int>>()
    for number in 0..<4 {
      set.append(try world.startAllReduce(giving: Buffer([number]), .sum))
    }
    try set.waitAll { (arrival) throws(MPIError) in
      XCTAssertEqual(arrival.payload[0], arrival.position * world.size)
    }
  }

  func testADroppedCollectiveDoesNotDisturbTheOthers() throws {
    for _ in 0..<3 {
      _ = try world.startAllReduce(giving: Tracked([Int](repeating: 1, count: 50_000)), .sum)
    }
    XCTAssertEqual(try world.allReduce(1, .sum), world.size)
    try world.barrier()
    while Tracked.alive.load() > 0 {
      _ = try world.startReceive(
        into: Buffer<Int>(repeating: 0, count: 1), from: world.rank, tag: 1)
    }
  }
}
