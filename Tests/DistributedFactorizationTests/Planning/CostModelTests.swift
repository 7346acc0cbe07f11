import DistributedFactorization
import Factorization
import XCTest

/// The cost model at its limits, where the answer is known.
final class CostModelTests: XCTestCase {
  private static let rate: UpdateRate = {
    var rate = UpdateRate(updatesPerSecond: 50e6)
    rate.secondsPerVisit = 0
    return rate
  }()

  private func model(
    _ text: String = "netflix", network: Network = .ideal, factors: Int = 64
  ) throws -> CostModel {
    CostModel(
      shape: try DataShape(text), factors: FactorShape(factors: factors, hasBiases: true),
      network: network, rate: Self.rate)
  }

  func testOneRankAndThreadTakesItsUpdatesAndItsPenalty() throws {
    let model = try model(network: try Network("1gbit"))
    let alone = model.prediction(ranks: 1, threads: 1)
    XCTAssertEqual(alone.computeSeconds, Double(model.shape.ratings) / 50e6)
    XCTAssertEqual(alone.exposedSeconds, 0)
    XCTAssertEqual(alone.transferSeconds, 0)
    XCTAssertEqual(alone.bytesSent, 0)
    XCTAssertEqual(alone.efficiency, 1, accuracy: 1e-9)
    let bytes = Double(model.shape.rows + model.shape.columns) * 65 * 4
    XCTAssertEqual(
      alone.lossSeconds, bytes / Self.rate.penaltyBytesPerSecond, accuracy: 1e-12)
  }

  func testAnIdealNetworkExposesNothing() throws {
    for ranks in [2, 16, 1024] {
      let prediction = try model().prediction(ranks: ranks, threads: 4)
      XCTAssertEqual(prediction.exposedSeconds, 0)
      XCTAssertEqual(prediction.transferSeconds, 0)
      XCTAssertGreaterThan(prediction.bytesSent, 0)
    }
  }

  func testWhatTravelsDoesNotGrowWithTheRanks() throws {
    let model = try model()
    let all = Double(model.shape.columns) * 65 * 4
    XCTAssertEqual(model.prediction(ranks: 2, threads: 1).bytesSent, 0.75 * all)
    for ranks in [16, 256, 4096] {
      XCTAssertEqual(
        model.prediction(ranks: ranks, threads: 1).bytesSent, all, accuracy: 0.01 * all)
    }
  }

  func testASlowLinkTakesWhatItsBytesTake() throws {
    let network = Network(latencySeconds: 0, bytesPerSecond: 1000)
    let prediction = try model(network: network).prediction(ranks: 8, threads: 1)
    XCTAssertEqual(prediction.transferSeconds, prediction.bytesSent / 1000)
    XCTAssertGreaterThan(prediction.exposedSeconds, 0.99 * prediction.transferSeconds)
    XCTAssertLessThan(prediction.exposedSeconds, prediction.transferSeconds)
  }

  func testSlowerNetworksAreWorthFewerRanks() throws {
    let useful = try ["1gbit", "10gbit", "100gbit"].map {
      try model("yahoo", network: Network($0))
        .largestUsefulRanks(threads: 16)
    }
    XCTAssertEqual(useful, useful.sorted())
    XCTAssertLessThan(useful[0], useful[2])
  }

  func testUpdatesOfTheHeaviestColumnFollowOneAnother() throws {
    let model = try model()
    let least = model.shape.heaviestColumn / 50e6
    XCTAssertGreaterThan(model.prediction(ranks: 1 << 14, threads: 16).computeSeconds, least)
    XCTAssertEqual(
      model.prediction(ranks: 1, threads: 1024).computeSeconds, least, accuracy: 1e-9)
    XCTAssertEqual(try self.model("paper").shape.heaviestColumn, 1000)
  }

  func testBlocksAreAPowerOfTwoForEachRank() {
    XCTAssertEqual(CostModel.blocks(ranks: 3, threads: 1), 6)
    XCTAssertEqual(CostModel.blocks(ranks: 5, threads: 3), 40)
  }

  func testNoMoreRanksAreAdvisedThanCanTrain() throws {
    let model = try model("1e9x1e6x1e15")
    XCTAssertEqual(model.mostRanks, BlockPartition.maximumBlockCount)
    XCTAssertEqual(model.largestUsefulRanks(threads: 1), 1 << 15)
    XCTAssertEqual(model.fastestRanks(threads: 1), 1 << 15)
    XCTAssertEqual(
      model.prediction(ranks: model.mostRanks, threads: 64).blocks,
      BlockPartition.maximumBlockCount)
    XCTAssertEqual(try self.model("5x5x25").mostRanks, 5)
  }

  func testTheRateOfAnyShapeCanBeMeasured() throws {
    for text in [
      "1x1x1", "3x1x3", "1x9x4", "5x5x25", "1e4x1e4x1e8", "1e6x1e5x1e6", "yahoo", "1e9x1e9x1e9",
    ] {
      let rate = try UpdateRate.measured(factors: 8, for: DataShape(text))
      XCTAssertGreaterThan(rate.updatesPerSecond, 0)
    }
  }

  func testShapesAreUnderstoodOrRefused() throws {
    let netflix = try DataShape("netflix")
    XCTAssertEqual(netflix, try DataShape("480189x17770x100480507"))
    XCTAssertEqual(netflix, try DataShape("480189×17770×100480507"))
    XCTAssertEqual(try DataShape("1e3x1e2x1e4").ratings, 10_000)
    for text in ["", "flix", "3x4", "3x4x13", "0x4x1", "3x4x-1", "3x4x1.5", "3x4x5x6"] {
      XCTAssertThrowsError(try DataShape(text), text)
    }
  }

  func testAnAllReduceTakesARoundForEachBit() {
    let network = Network(latencySeconds: 1, bytesPerSecond: 10)
    XCTAssertEqual(network.allReduceSeconds(forBytes: 10, ranks: 1), 0)
    XCTAssertEqual(network.allReduceSeconds(forBytes: 10, ranks: 2), 2)
    XCTAssertEqual(network.allReduceSeconds(forBytes: 10, ranks: 5), 6)
    XCTAssertEqual(network.allReduceSeconds(forBytes: 10, ranks: 1024), 20)
  }
}
