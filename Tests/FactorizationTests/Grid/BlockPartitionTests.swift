import Factorization
import XCTest

final class BlockPartitionTests: XCTestCase {
  private func partition(_ degrees: [Int32], _ blocks: Int, seed: UInt64 = 1) -> BlockPartition {
    BlockPartition(
      degrees: degrees, blockCount: blocks, random: CounterRandom(seed: seed, stream: .gridRows))
  }

  /// Degrees of a Zipf-like curve with an exponential cut-off.
  private func skewed(_ count: Int) -> [Int32] {
    (1...count).map { Int32(40_000 / Double($0 + 30) + 3) }
  }

  func testBlocksCoverAllIndicesWithoutOverlap() {
    for (count, blocks) in [(0, 3), (1, 4), (7, 7), (1000, 16), (1000, 64), (5, 64)] {
      let division = partition(skewed(max(1, count)).suffix(count).map { $0 }, blocks)
      XCTAssertEqual(division.blockCount, blocks)
      XCTAssertEqual(division.indices.sorted(), (0..<count).map { UInt32($0) })
      for index in 0..<count {
        let position = Int(division.positions[index])
        let block = Int(division.blocks[index])
        XCTAssertEqual(Int(division.indices[position]), index)
        XCTAssertTrue(division.positions(ofBlock: block).contains(position))
        XCTAssertEqual(division.place(of: index), position - division.starts[block])
      }
    }
  }

  func testHeaviestBlockOfSkewedDegreesIsWithinFivePerCentOfTheMean() {
    let degrees = skewed(20_000)
    for blocks in [2, 8, 16] {
      let division = partition(degrees, blocks)
      var loads = [Int](repeating: 0, count: blocks)
      for (index, degree) in degrees.enumerated() {
        loads[Int(division.blocks[index])] += Int(degree)
      }
      let mean = Double(loads.reduce(0, +)) / Double(blocks)
      XCTAssertLessThan(Double(loads.max() ?? 0) / mean, 1.05, "\(blocks) blocks")
    }
  }

  func testIndicesWithoutRatingsAreSpreadToo() {
    let division = partition([Int32](repeating: 0, count: 1600), 16)
    for block in 0..<16 { XCTAssertEqual(division.size(ofBlock: block), 100) }
  }

  func testSeedDecidesTies() {
    let equal = [Int32](repeating: 5, count: 100)
    XCTAssertEqual(partition(equal, 4, seed: 1), partition(equal, 4, seed: 1))
    XCTAssertNotEqual(partition(equal, 4, seed: 1), partition(equal, 4, seed: 2))
  }
}
