import DistributedFactorization
import Factorization
import MPI
import MPITestSupport
import XCTest

/// Trained vectors on their way to the files.
final class OrderedVectorsTests: RankTestCase {
  /// The factors and biases of all ranks, and how many rounds it took.
  private func collect(
    ofRows isRows: Bool, _ training: Training, roundBytes: Int
  ) throws -> (values: [[Float]], rounds: Int) {
    let vectors = OrderedVectors(ofRows: isRows, training, world, roundBytes: roundBytes)
    var (factors, biases): ([Float], [Float]) = ([], [])
    var next = vectors.range.lowerBound
    for round in 0..<vectors.rounds {
      let part = try vectors.part(round, world)
      XCTAssertEqual(part.range.lowerBound, next)
      next = part.range.upperBound
      factors += part.factors
      biases += part.biases
    }
    XCTAssertEqual(next, vectors.range.upperBound)
    let values = [
      try world.allGatherVarying(factors).values, try world.allGatherVarying(biases).values,
    ]
    return (values, vectors.rounds)
  }

  func testRoundsOfAnySizeGiveTheSameVectors() throws {
    let sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)
    var options = TrainingOptions()
    options.factors = 5
    options.epochs = 1
    options.blocks = 14
    let data = try TrainingData(
      sample.share(ofRank: world.rank, of: world.size), options: options, world)
    let training = try Training(world, data: data, options: options, initialStep: 0.02, threads: 1)
    _ = try training.train(world) { _ in }
    for (isRows, count) in [(true, 230), (false, 30)] {
      let whole = try collect(ofRows: isRows, training, roundBytes: 1 << 20)
      XCTAssertEqual(whole.rounds, 1)
      XCTAssertEqual(whole.values.map(\.count), [5 * count, count])
      for vectorsPerRound in [1, 3] {
        let parts = try collect(ofRows: isRows, training, roundBytes: 24 * vectorsPerRound)
        let largest = (count + world.size - 1) / world.size
        XCTAssertEqual(parts.rounds, (largest + vectorsPerRound - 1) / vectorsPerRound)
        XCTAssertEqual(parts.values, whole.values)
      }
    }
  }
}
