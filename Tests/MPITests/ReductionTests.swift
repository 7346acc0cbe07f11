import MPI
import MPITestSupport
import XCTest

/// User-defined reductions and those that find a place.
final class ReductionTests: RankTestCase {
  private struct Moments: TrivialDatatype, Equatable {
    var count: Int32
    var sum: Double
  }

  /// A map x -> slope * x + offset modulo 1009: composition is associative, and not commutative.
  private struct Affine: TrivialDatatype, Equatable {
    var slope: Int
    var offset: Int

    func then(_ next: Affine) -> Affine {
      Affine(
        slope: slope * next.slope % 1009, offset: (offset * next.slope + next.offset) % 1009)
    }
  }

  func testAClosureReducesNumbers() throws {
    let greatestDivisor = try Reduction<Int> { a, b in
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }
    XCTAssertEqual(try world.allReduce((world.rank + 1) * 6, greatestDivisor), 6)
    XCTAssertEqual(
      try world.allReduce([4 * (world.rank + 1), 9], greatestDivisor), [4, 9])
  }

  func testAClosureReducesStructs() throws {
    let combine = try Reduction<Moments> {
      Moments(count: $0.count + $1.count, sum: $0.sum + $1.sum)
    }
    let mine = Moments(count: 1, sum: Double(world.rank))
    let all = Moments(
      count: Int32(world.size), sum: Double(world.size * (world.size - 1)) / 2)
    XCTAssertEqual(try world.allReduce(mine, combine), all)
    XCTAssertEqual(
      try world.allReduce([Moments](repeating: mine, count: 1000), combine),
      [Moments](repeating: all, count: 1000))
    XCTAssertEqual(try world.reduce(mine, combine, to: 0), world.rank == 0 ? all : nil)
    XCTAssertEqual(
      try world.startAllReduce(giving: Buffer([mine]), combine).wait().payload[0], all)
  }

  func testANonCommutativeReductionKeepsTheOrderOfRanks() throws {
    let compose = try Reduction<Affine>(commutative: false) { $0.then($1) }
    func map(_ rank: Int) -> Affine { Affine(slope: rank + 2, offset: rank * rank + 1) }
    func composition(upTo rank: Int) -> Affine {
      (1..<rank + 1).map(map).reduce(map(0)) { $0.then($1) }
    }
    XCTAssertEqual(
      try world.allReduce(map(world.rank), compose), composition(upTo: world.size - 1))
    XCTAssertEqual(try world.scan(map(world.rank), compose), composition(upTo: world.rank))
    XCTAssertEqual(
      try world.reduce(map(world.rank), compose, to: world.size - 1),
      world.rank == world.size - 1 ? composition(upTo: world.size - 1) : nil)
  }

  func testTheOperationOutlivesItsValueWhileATransferNeedsIt() throws {
    func start() throws -> Request<Buffer<Int>> {
      try world.startAllReduce(giving: Buffer([world.rank]), Reduction { max($0, $1) })
    }
    let request = try start()
    let requestDone = try request.wait()
    XCTAssertEqual(requestDone.payload[0], world.size - 1)
  }

  func testAFunctionMayHoldTheLastOfAnotherReduction() throws {
    func make() throws -> Reduction<Int> {
      let inner = try Reduction<Int> { $0 + $1 }
      return try Reduction { left, right in withExtendedLifetime(inner) { max(left, right) } }
    }
    XCTAssertEqual(try world.allReduce(world.rank, make()), world.size - 1)
  }

  func testReductionsCanBeMadeWithoutEndButNotKept() throws {
    for number in 0..<100 {
      XCTAssertEqual(
        try world.allReduce(number, Reduction { min($0, $1) }), number)
    }
    var kept: [Reduction<Int>] = []
    do {
      while kept.count < 1000 { kept.append(try Reduction { $0 + $1 }) }
      XCTFail("the table of operations has no end")
    } catch {
      XCTAssertEqual(error.errorClass, .other)
      XCTAssertEqual(kept.count, 32)
    }
    XCTAssertEqual(try world.allReduce(2, kept[31]), 2 * world.size)
  }

  func testTheLargestValueComesWithItsPlace() throws {
    let mine = Located(Double((world.rank * 5) % world.size), at: Int32(world.rank))
    let all = (0..<world.size).map { Located(Double(($0 * 5) % world.size), at: Int32($0)) }
    let largest = try world.allReduce(mine, .maximum)
    XCTAssertEqual(largest, all.max { ($0.value, -$0.index) < ($1.value, -$1.index) })
    let smallest = try world.allReduce([Located(Float(1), at: Int32(world.rank + 3))], .minimum)
    XCTAssertEqual(smallest, [Located(1, at: 3)])
  }
}
