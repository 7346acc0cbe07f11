import Foundation
import MPI
import MPITestSupport
import XCTest

/// Files that all ranks have open.
final class FileTests: RankTestCase {
  /// A path that all ranks know and nobody has used.
  private func path() throws -> String {
    let name = "mpi-file-test-\(UUID().uuidString)"
    let shared = try world.broadcast(Array(name.utf8), from: 0)
    return NSTemporaryDirectory() + "/" + String(decoding: shared, as: UTF8.self)
  }

  private func remove(_ path: String) throws {
    try world.barrier()
    if world.rank == 0 { try File.delete(path) }
  }

  func testEveryRankWritesItsPartOfOneFile() throws {
    let path = try path()
    let file = try File.open(path, [.create, .exclusive, .uniqueOpen, .readWrite], on: world)
    // Rank r writes r + 1 numbers after those of the ranks before it.
    let start = try world.exclusiveScan(world.rank + 1, .sum, onRankZero: 0)
    let mine = [UInt32](repeating: UInt32(world.rank), count: world.rank + 1)
    try file.writeAll(mine.span, at: 4 * start)
    try file.synchronize()
    try world.barrier()
    let total = world.size * (world.size + 1) / 2
    XCTAssertEqual(try file.size, 4 * total)
    var all = [UInt32](repeating: 99, count: total + 5)
    XCTAssertEqual(try file.readAll(into: all.mutableSpan, at: 0), total)
    XCTAssertEqual(
      all.prefix(total),
      (0..<world.size).flatMap { [UInt32](repeating: UInt32($0), count: $0 + 1) }[...])
    try file.close()
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    XCTAssertEqual(data.count, 4 * total)
    XCTAssertEqual(data[4 * start], UInt8(world.rank))
    try remove(path)
  }

  func testIndividualCallsAndSizes() throws {
    let path = try path()
    let file = try File.open(path, [.create, .readWrite], on: world)
    try file.setSize(8 * world.size)
    XCTAssertEqual(try file.size, 8 * world.size)
    try world.barrier()
    try file.write([Double(world.rank) / 2].span, at: 8 * world.rank)
    try file.synchronize()
    try world.barrier()
    var values = [Double](repeating: -1, count: world.size)
    XCTAssertEqual(try file.read(into: values.mutableSpan, at: 0), world.size)
    XCTAssertEqual(values, (0..<world.size).map { Double($0) / 2 })
    XCTAssertEqual(try file.read(into: values.mutableSpan, at: 8 * (world.size - 1)), 1)
    try world.barrier()
    try file.setSize(4)
    XCTAssertEqual(try file.size, 4)
    try file.close()
    try remove(path)
  }

  func testPlacedValuesAreWrittenAsAnyStruct() throws {
    let path = try path()
    let file = try File.open(path, [.create, .readWrite], on: world)
    let stride = MemoryLayout<Located<Double>>.stride
    let mine = (0..<3).map { Located(Double($0), at: Int32(world.rank)) }
    try file.writeAll(mine.span, at: 3 * stride * world.rank)
    try file.synchronize()
    try world.barrier()
    XCTAssertEqual(try file.size, 3 * stride * world.size)
    var all = [Located<Double>](repeating: Located(-1, at: -1), count: 3 * world.size + 1)
    XCTAssertEqual(try file.readAll(into: all.mutableSpan, at: 0), 3 * world.size)
    XCTAssertEqual(all[3 * world.size - 1], Located(2, at: Int32(world.size - 1)))
    let found = try file.read(into: all.mutableSpan, at: 3 * stride * world.rank)
    XCTAssertEqual(found, 3 * (world.size - world.rank))
    XCTAssertEqual(Array(all.prefix(3)), mine)
    try file.close()
    try remove(path)
  }

  func testAFileMayEndWithinAnElement() throws {
    let path = try path()
    let file = try File.open(path, [.create, .readWrite], on: world)
    try file.writeAll([UInt8](repeating: 0, count: world.rank == 0 ? 20 : 0).span, at: 0)
    try file.synchronize()
    try world.barrier()
    var values = [Double](repeating: -1, count: 4)
    XCTAssertEqual(try file.read(into: values.mutableSpan, at: 0), 2)
    XCTAssertEqual(try file.readAll(into: values.mutableSpan, at: 8), 1)
    XCTAssertEqual(values[0], 0)
    try file.close()
    try remove(path)
  }

  func testFailuresHaveTheirClass() throws {
    let path = try path()
    func opening(_ path: String, _ mode: File.Mode) -> ErrorClass? {
      do {
        try File.open(path, mode, on: world).close()
        return nil
      } catch {
        return error.errorClass
      }
    }
    XCTAssertEqual(opening(path, .readOnly), .noSuchFile)
    XCTAssertNotNil(opening(path + "/x/y", [.create, .writeOnly]))
    XCTAssertNotNil(opening(path, [.readOnly, .writeOnly]))
    XCTAssertNil(opening(path, [.create, .writeOnly]))
    XCTAssertEqual(opening(path, [.create, .exclusive, .writeOnly]), .fileExists)
    try remove(path)
  }

  func testWritingToAFileOpenedForReadingFails() throws {
    let path = try path()
    try File.open(path, [.create, .writeOnly], on: world).close()
    let file = try File.open(path, .readOnly, on: world)
    XCTAssertThrowsError(try file.write([1].span, at: 0)) {
      XCTAssertTrue($0 is MPIError)
    }
    try file.close()
    try remove(path)
  }
}
