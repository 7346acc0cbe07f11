import Foundation
import MPI
import MPITestSupport
import XCTest

/// Messages with more elements than MPI's `int` counts.
///
/// Most of these tests lower what counts as large, so that every kind of call takes that way; the
/// last one sends more than 2^31 elements.
final class LargeCountTests: RankTestCase {
  private var ranks: Range<Int> { 0..<world.size }
  private var next: Int { (world.rank + 1) % world.size }
  private var previous: Int { (world.rank + world.size - 1) % world.size }

  private struct Triple: TrivialDatatype, Equatable {
    var a: UInt8
    var b: UInt8
    var c: UInt8
  }

  override func setUp() {
    super.setUp()
    LargeCount.limit = 7
  }

  override func tearDown() {
    LargeCount.limit = Int(Int32.max)
    super.tearDown()
  }

  /// Counts around multiples of the limit, with and without a rest.
  private let counts = [6, 7, 8, 13, 14, 15, 49, 50, 1000]

  func testMessagesOfAllLengths() throws {
    for count in counts {
      let mine = (0..<count).map { $0 * 3 + world.rank }
      let theirs = (0..<count).map { $0 * 3 + previous }
      XCTAssertEqual(try world.exchange(mine, to: next, from: previous), theirs)
      let (received, status) = try world.whileSending(mine.span, to: next) {
        try world.receive(arrayOf: Int.self, from: previous)
      }
      XCTAssertEqual(received, theirs)
      XCTAssertEqual(status.count, count)
    }
  }

  func testAShortMessageInALargeBuffer() throws {
    try post([1, 2, 3], to: next)
    var room = [Int](repeating: 0, count: 30)
    XCTAssertEqual(try world.receive(into: room.mutableSpan, from: previous).count, 3)
    XCTAssertEqual(room, [1, 2, 3] + [Int](repeating: 0, count: 27))
  }

  func testStructsSentAsBytes() throws {
    for count in counts {
      let mine = (0..<count).map { Triple(a: UInt8($0 % 200), b: 1, c: UInt8(world.rank)) }
      let received = try world.exchange(mine, to: next, from: previous)
      XCTAssertEqual(received.map(\.a), mine.map(\.a))
      XCTAssertEqual(received.map(\.c), [UInt8](repeating: UInt8(previous), count: count))
    }
  }

  func testRequests() throws {
    for count in counts {
      let receive = try world.startReceive(
        into: Buffer<Float>(repeating: 0, count: count), from: previous)
      let send = try world.startSend(
        giving: Buffer([Float](repeating: Float(world.rank), count: count)), to: next)
      let done = try receive.wait()
      XCTAssertEqual(done.status.count, count)
      XCTAssertEqual(done.payload.array, [Float](repeating: Float(previous), count: count))
      _ = try send.wait()
    }
  }

  func testReductions() throws {
    let sum = ranks.reduce(0, +)
    for count in counts {
      let mine = (0..<count).map { $0 + world.rank }
      let sums = (0..<count).map { $0 * world.size + sum }
      XCTAssertEqual(try world.allReduce(mine, .sum), sums)
      XCTAssertEqual(try world.reduce(mine, .sum, to: 0), world.rank == 0 ? sums : nil)
      XCTAssertEqual(
        try world.startAllReduce(giving: Buffer(mine), .sum).wait().payload.array, sums)
      let rank = world.rank
      let partial = (0..<count).map { $0 * (rank + 1) + rank * (rank + 1) / 2 }
      XCTAssertEqual(try world.scan(mine, .sum), partial)
      let blocks = ranks.flatMap { block in (0..<count).map { $0 + block * 1000 + rank } }
      XCTAssertEqual(
        try world.reduceScatter(blocks, .sum),
        (0..<count).map { ($0 + rank * 1000) * world.size + sum })
    }
    let larger = try Reduction<Triple> { $0.a > $1.a ? $0 : $1 }
    let triples = (0..<20).map { Triple(a: UInt8(world.rank), b: UInt8($0), c: 0) }
    XCTAssertEqual(
      try world.allReduce(triples, larger),
      (0..<20).map { Triple(a: UInt8(world.size - 1), b: UInt8($0), c: 0) })
  }

  func testPlacedValues() throws {
    let mine = (0..<50).map { Located(Double(world.rank), at: Int32($0 + world.rank)) }
    let expected = (0..<50).map { Located(Double(world.size - 1), at: Int32($0 + world.size - 1)) }
    XCTAssertEqual(try world.allReduce(mine, .maximum), expected)
    XCTAssertEqual(
      try world.exchange(mine, to: next, from: previous).map(\.value),
      [Double](repeating: Double(previous), count: 50))
  }

  func testTheReductionMayEndBeforeItsTransfer() throws {
    func start() throws -> Request<Buffer<Triple>> {
      let larger = try Reduction<Triple> { $0.a > $1.a ? $0 : $1 }
      let mine = Triple(a: UInt8(world.rank), b: 0, c: 0)
      return try world.startAllReduce(giving: Buffer(repeating: mine, count: 20), larger)
    }
    let done = try start().wait()
    XCTAssertEqual(done.payload[19].a, UInt8(world.size - 1))
  }

  func testCollectivesWithEqualBlocks() throws {
    for count in counts {
      let rank = world.rank
      let mine = (0..<count).map { $0 * 100 + rank }
      let all = ranks.flatMap { rank in (0..<count).map { $0 * 100 + rank } }
      XCTAssertEqual(try world.broadcast(mine, from: 0), (0..<count).map { $0 * 100 })
      XCTAssertEqual(try world.allGather(mine), all)
      XCTAssertEqual(try world.gather(mine, to: 0), rank == 0 ? all : nil)
      XCTAssertEqual(try world.scatter(all, from: 0), mine)
      let blocks = ranks.flatMap { to in (0..<count).map { $0 * 100 + rank * 10 + to } }
      XCTAssertEqual(
        try world.allToAll(blocks),
        ranks.flatMap { from in (0..<count).map { $0 * 100 + from * 10 + rank } })
      let request = try world.startAllGather(
        giving: Buffer(mine), into: Buffer(repeating: 0, count: count * world.size))
      let requestDone = try request.wait()
      XCTAssertEqual(requestDone.payload.received.array, all)
    }
  }

  func testCollectivesWithVaryingBlocks() throws {
    let rank = world.rank
    let lengths = ranks.map { $0 * 5 }
    let mine = (0..<5 * rank).map { $0 * 100 + rank }
    let all = ranks.flatMap { rank in (0..<5 * rank).map { $0 * 100 + rank } }
    XCTAssertEqual(try world.allGatherVarying(mine).values, all)
    XCTAssertEqual(try world.gatherVarying(mine, to: 0)?.values, rank == 0 ? all : nil)
    XCTAssertEqual(try world.scatterVarying(all, counts: lengths, from: 0), mine)
    let blocks = ranks.map { (rank + $0) * 4 }
    let sent = zip(ranks, blocks).flatMap { to, count in (0..<count).map { $0 + rank * 1000 + to } }
    let expected = ranks.flatMap { from in
      (0..<(from + rank) * 4).map { $0 + from * 1000 + rank }
    }
    XCTAssertEqual(try world.allToAllVarying(sent, counts: blocks).values, expected)
    let request = try world.startAllToAllVarying(
      giving: Buffer(sent), counts: blocks, into: Buffer(repeating: 0, count: expected.count),
      resultCounts: blocks)
    let requestDone = try request.wait()
    XCTAssertEqual(requestDone.payload.received.array, expected)
    let everywhere = try world.startAllGatherVarying(
      giving: Buffer(mine), into: Buffer(repeating: 0, count: all.count), counts: lengths)
    let everywhereDone = try everywhere.wait()
    XCTAssertEqual(everywhereDone.payload.received.array, all)
  }

  func testARootThatDoesNotExistIsRefusedHereToo() throws {
    XCTAssertThrowsError(
      try world.gatherVarying([Int](repeating: 0, count: 20), to: world.size)
    ) { XCTAssertEqual(($0 as? MPIError)?.errorClass, .root) }
  }

  func testFiles() throws {
    let name = Array("mpi-large-file-test-\(UUID().uuidString)".utf8)
    let shared = String(decoding: try world.broadcast(name, from: 0), as: UTF8.self)
    let path = NSTemporaryDirectory() + "/" + shared
    let file = try File.open(path, [.create, .readWrite], on: world)
    let mine = (0..<50).map { $0 + world.rank * 100 }
    try file.writeAll(mine.span, at: 400 * world.rank)
    try file.synchronize()
    try world.barrier()
    var back = [Int](repeating: 0, count: 50)
    XCTAssertEqual(try file.readAll(into: back.mutableSpan, at: 400 * previous), 50)
    XCTAssertEqual(back, (0..<50).map { $0 + previous * 100 })
    try file.close()
    if world.rank == 0 { try File.delete(path) }
  }
}
