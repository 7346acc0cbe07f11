import MPI
import MPITestSupport
import XCTest

/// Values of every type that can be sent arrive as they were.
final class DatatypeTests: RankTestCase {
  private struct Padded: TrivialDatatype, Equatable {
    var small: UInt8
    var large: Double
    var tail: UInt16
  }

  private enum Color: UInt8, TrivialDatatype {
    case red
    case green
  }

  /// Sends the values around the ring of ranks, whose every rank has the same.
  private func goAround<Element: MPIDatatype & Equatable>(
    _ values: [Element], file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let (next, previous) = (
      (world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size
    )
    let received = try world.exchange(values, to: next, from: previous)
    XCTAssertEqual(received, values, file: file, line: line)
  }

  private func extremes<Element: IntegerDatatype>(of type: Element.Type) -> [Element] {
    [.min, 0, 1, .max]
  }

  func testIntegersOfAllWidths() throws {
    try goAround(extremes(of: Int8.self))
    try goAround(extremes(of: Int16.self))
    try goAround(extremes(of: Int32.self))
    try goAround(extremes(of: Int64.self))
    try goAround(extremes(of: Int.self))
    try goAround(extremes(of: UInt8.self))
    try goAround(extremes(of: UInt16.self))
    try goAround(extremes(of: UInt32.self))
    try goAround(extremes(of: UInt64.self))
    try goAround(extremes(of: UInt.self))
  }

  func testFloatingPointAndBool() throws {
    try goAround([-0.0, .greatestFiniteMagnitude, .infinity, .leastNonzeroMagnitude] as [Float])
    try goAround([-0.0, .greatestFiniteMagnitude, .infinity, .leastNonzeroMagnitude] as [Double])
    try goAround([true, false, true])
  }

  func testStructsWithPaddingAndEnums() throws {
    try goAround((0..<5).map { Padded(small: UInt8($0), large: Double($0) / 3, tail: UInt16($0)) })
    try goAround([Color.green, .red, .green])
  }

  func testOneValueOfAStructWithPaddingAtItsEnd() throws {
    let value = Padded(small: 1, large: 2, tail: 3)
    XCTAssertEqual(try world.broadcast(value, from: world.size - 1), value)
    XCTAssertEqual(try world.allGather(value), Array(repeating: value, count: world.size))
  }

  func testEmptyMessages() throws {
    try goAround([Int]())
    try goAround([Padded]())
    XCTAssertEqual(try world.allReduce([Double](), .sum), [])
    XCTAssertEqual(try world.allGatherVarying([Float]()).values, [])
  }

  func testPlacedValuesTravelAsAnyStruct() throws {
    try goAround((0..<5).map { Located(Double($0) / 3, at: $0) })
    try goAround((0..<5).map { Located(Float($0) / 3, at: $0) })
    let values = [Located<Double>](repeating: Located(1, at: 2), count: 3)
    let send = try world.startSend(giving: Buffer(values), to: world.rank)
    XCTAssertEqual(try world.probe(for: Located<Double>.self, from: world.rank).count, 3)
    let (received, status) = try world.receive(arrayOf: Located<Double>.self, from: world.rank)
    XCTAssertEqual(received, values)
    XCTAssertEqual(status.count, 3)
    _ = try send.wait()
  }

  func testCountsAreElementsNotBytes() throws {
    let send = try world.startSend(
      giving: Buffer([Padded](repeating: Padded(small: 0, large: 0, tail: 0), count: 9)),
      to: world.rank)
    XCTAssertEqual(try world.probe(for: Padded.self, from: world.rank).count, 9)
    XCTAssertEqual(try world.receive(arrayOf: Padded.self, from: world.rank).values.count, 9)
    _ = try send.wait()
  }
}
