import DistributedFactorization
import Factorization
import MPI
import MPITestSupport
import XCTest

/// Column blocks that travel in half the bytes.
final class WireTests: RankTestCase {
  private func rounded(_ values: [Float], columnBlock: Int = 3) -> [Float] {
    var floats = values
    var halves = [UInt16](repeating: 0, count: values.count)
    floats.withUnsafeMutableBufferPointer { floats in
      halves.withUnsafeMutableBufferPointer { halves in
        StochasticRounding(seed: 1, epoch: 2).round(
          floats, into: halves, columnBlock: columnBlock, subEpoch: 4)
      }
    }
    return halves.map { Float(bitPattern: UInt32($0) << 16) }
  }

  func testRoundingIsToANeighbourAndRightOnAverage() {
    let value: Float = 1.00123
    let results = rounded([Float](repeating: value, count: 100_000))
    XCTAssertEqual(Set(results), [1, 1.0078125])
    let mean = results.reduce(0.0) { $0 + Double($1) } / Double(results.count)
    XCTAssertEqual(mean, Double(value), accuracy: 5e-5)
    XCTAssertNotEqual(results, rounded([Float](repeating: value, count: 100_000), columnBlock: 4))
  }

  func testWhatNeedsNoRoundingAndWhatIsNotFiniteStays() {
    let exact: [Float] = [0, -0.0, 1, -2.5, 0x1p-100, .infinity, -.infinity]
    XCTAssertEqual(rounded(exact), exact)
    XCTAssertTrue(rounded([.nan])[0].isNaN)
  }

  /// Half the bytes, nearly the same losses, and on one rank, where nothing travels, the same bits.
  func testTrainingWithHalfTheBytes() throws {
    let sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)
    func run(_ wire: WirePrecision, threads: Int) throws -> TrainedRun {
      var options = TrainingOptions()
      options.factors = 16
      options.epochs = 6
      options.blocks = 14
      options.wire = wire
      return try TrainedRun(sample, options: options, initialStep: 0.02, threads: threads, world)
    }
    let whole = try run(.float32, threads: 1)
    let half = try run(.bfloat16, threads: 1)
    let threaded = try run(.bfloat16, threads: 2)
    for epoch in 1...6 {
      let (a, b) = (whole.records[epoch], half.records[epoch])
      XCTAssertEqual(b.bytesSent.mean, a.bytesSent.mean / 2)
      XCTAssertEqual(a.bytesSent.mean > 0, world.size > 1)
      XCTAssertEqual(b.loss, a.loss, accuracy: world.size > 1 ? 0.01 * a.loss : 0)
      XCTAssertEqual(b.loss, threaded.records[epoch].loss)
    }
    if world.size > 1 { XCTAssertNotEqual(half.records[6].loss, whole.records[6].loss) }
  }
}
