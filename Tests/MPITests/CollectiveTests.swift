import MPI
import MPITestSupport
import XCTest

/// Blocking collective operations, against what their definition says.
final class CollectiveTests: RankTestCase {
  private var ranks: Range<Int> { 0..<world.size }

  func testBarrierHoldsEveryRankUntilTheLastHasCome() throws {
    // Rank 0's clock reading travels, so the clocks of several nodes do not matter.
    let start = world.wallTime
    if world.rank == world.size - 1 { Thread.sleep(forTimeInterval: 0.05) }
    try world.barrier()
    XCTAssertGreaterThanOrEqual(world.wallTime - start, world.size == 1 ? 0.05 : 0.03)
  }

  func testBroadcastGivesEveryRankTheRootsValues() throws {
    for root in ranks {
      XCTAssertEqual(try world.broadcast(world.rank + 10, from: root), root + 10)
      let mine = [Double](repeating: Double(world.rank), count: world.rank + 2)
      XCTAssertEqual(
        try world.broadcast(mine, from: root),
        [Double](repeating: Double(root), count: root + 2))
      var buffer = [Float](repeating: Float(world.rank), count: 3)
      try world.broadcast(buffer.mutableSpan, from: root)
      XCTAssertEqual(buffer, [Float](repeating: Float(root), count: 3))
    }
  }

  func testAllReduceCombinesAllRanks() throws {
    let (rank, size) = (world.rank, world.size)
    XCTAssertEqual(try world.allReduce(rank + 1, .sum), size * (size + 1) / 2)
    XCTAssertEqual(
      try world.allReduce(Double(rank + 1), .product), (1...size).map(Double.init).reduce(1, *))
    XCTAssertEqual(
      try world.allReduce([Float(rank), Float(-rank)], .minimum), [0, Float(1 - size)])
    XCTAssertEqual(try world.allReduce([UInt8(rank), 7], .maximum), [UInt8(size - 1), 7])
    XCTAssertEqual(
      try world.allReduce(UInt64(1) << UInt64(rank), .bitwiseOr), (1 << UInt64(size)) - 1)
    XCTAssertEqual(
      try world.allReduce(Int32(-1) - Int32(1) << Int32(rank), .bitwiseAnd), -(1 << Int32(size)))
    XCTAssertEqual(try world.allReduce(UInt16(1), .bitwiseXor), UInt16(size % 2))
    XCTAssertEqual(try world.allReduce(rank == 0, .logicalAnd), size == 1)
    XCTAssertTrue(try world.allReduce(rank == size - 1, .logicalOr))
    XCTAssertEqual(try world.allReduce(true, .logicalXor), size % 2 == 1)
    var values = [Int64(rank), 2]
    try world.allReduce(inPlace: values.mutableSpan, .sum)
    XCTAssertEqual(values, [Int64(size * (size - 1) / 2), Int64(2 * size)])
  }

  func testReduceGivesTheRootTheResultAndTheOthersNothing() throws {
    for root in ranks {
      let sums = try world.reduce([world.rank, 1], .sum, to: root)
      let last = try world.reduce(world.rank, .maximum, to: root)
      if world.rank == root {
        XCTAssertEqual(sums, [ranks.reduce(0, +), world.size])
        XCTAssertEqual(last, world.size - 1)
      } else {
        XCTAssertNil(sums)
        XCTAssertNil(last)
      }
    }
  }

  func testGatherAndAllGatherOrderByRank() throws {
    let all = ranks.flatMap { [$0, $0 * $0] }
    XCTAssertEqual(try world.allGather([world.rank, world.rank * world.rank]), all)
    XCTAssertEqual(try world.allGather(Int32(world.rank)), ranks.map(Int32.init))
    for root in ranks {
      let gathered = try world.gather([world.rank, world.rank * world.rank], to: root)
      XCTAssertEqual(gathered, world.rank == root ? all : nil)
    }
  }

  func testVaryingGathersTakeAnyLength() throws {
    // Rank r has r elements: rank 0 has none.
    let mine = [UInt16](repeating: UInt16(world.rank), count: world.rank)
    let all = ranks.flatMap { [UInt16](repeating: UInt16($0), count: $0) }
    let (values, counts) = try world.allGatherVarying(mine)
    XCTAssertEqual(values, all)
    XCTAssertEqual(counts, Array(ranks))
    for root in ranks {
      let gathered = try world.gatherVarying(mine, to: root)
      XCTAssertEqual(gathered?.values, world.rank == root ? all : nil)
      XCTAssertEqual(gathered?.counts, world.rank == root ? Array(ranks) : nil)
      var room = [UInt16](repeating: 99, count: world.rank == root ? all.count : 0)
      try world.gatherVarying(mine.span, into: room.mutableSpan, counts: counts, to: root)
      XCTAssertEqual(room, world.rank == root ? all : [])
    }
  }

  func testScatterHandsOutBlocksInOrder() throws {
    for root in ranks {
      let values = world.rank == root ? (0..<2 * world.size).map { $0 + root } : []
      let block = try world.scatter(values, from: root)
      XCTAssertEqual(block, [2 * world.rank + root, 2 * world.rank + 1 + root])
      let counts = world.rank == root ? Array(ranks) : []
      let packed = world.rank == root ? ranks.flatMap { Array(repeating: $0, count: $0) } : []
      XCTAssertEqual(
        try world.scatterVarying(packed, counts: counts, from: root),
        Array(repeating: world.rank, count: world.rank))
      var room = [Int](repeating: -1, count: world.rank)
      try world.scatterVarying(
        packed.span, counts: Array(ranks), into: room.mutableSpan, from: root)
      XCTAssertEqual(room, Array(repeating: world.rank, count: world.rank))
    }
  }

  func testAllToAllTransposesBlocks() throws {
    let rank = world.rank
    let sent = ranks.flatMap { [rank * 100 + $0, -1] }
    XCTAssertEqual(try world.allToAll(sent), ranks.flatMap { [$0 * 100 + rank, -1] })
  }

  func testAllToAllVaryingMovesBlocksOfAnyLength() throws {
    let rank = world.rank
    // Rank r sends (r + t) % 3 elements to rank t, some of them none.
    let counts = ranks.map { (rank + $0) % 3 }
    let sent = zip(ranks, counts).flatMap { Array(repeating: Float(rank * 10 + $0), count: $1) }
    let expected = ranks.flatMap { source in
      Array(repeating: Float(source * 10 + rank), count: (source + rank) % 3)
    }
    let (received, receivedCounts) = try world.allToAllVarying(sent, counts: counts)
    XCTAssertEqual(received, expected)
    XCTAssertEqual(receivedCounts, counts)
    var room = [Float](repeating: -1, count: expected.count)
    try world.allToAllVarying(
      sent.span, counts: counts, into: room.mutableSpan, resultCounts: receivedCounts)
    XCTAssertEqual(room, expected)
  }

  func testScansCombineTheRanksBefore() throws {
    let rank = world.rank
    XCTAssertEqual(try world.scan(rank + 1, .sum), (rank + 1) * (rank + 2) / 2)
    XCTAssertEqual(try world.scan([rank, 1], .sum), [rank * (rank + 1) / 2, rank + 1])
    XCTAssertEqual(
      try world.exclusiveScan(rank + 1, .sum, onRankZero: 0), rank * (rank + 1) / 2)
    XCTAssertEqual(
      try world.exclusiveScan([1, rank], .sum, onRankZero: 0), [rank, rank * (rank - 1) / 2])
    let values = [rank, 1]
    var result = [-1, -1]
    try world.scan(values.span, into: result.mutableSpan, .sum)
    XCTAssertEqual(result, [rank * (rank + 1) / 2, rank + 1])
    result = values
    try world.exclusiveScan(inPlace: result.mutableSpan, .sum, onRankZero: 9)
    XCTAssertEqual(result, rank == 0 ? [9, 9] : [rank * (rank - 1) / 2, rank])
  }

  func testReduceScatterGivesEachRankItsBlockOfTheSum() throws {
    let values = (0..<2 * world.size).map { $0 * 10 + world.rank }
    let ranksSum = world.size * (world.size - 1) / 2
    XCTAssertEqual(
      try world.reduceScatter(values, .sum),
      [2 * world.rank, 2 * world.rank + 1].map { $0 * 10 * world.size + ranksSum })
  }
}
