import DistributedFactorization
import Factorization
import Foundation
import XCTest

/// Epochs in virtual time.
final class VirtualTrainingTests: XCTestCase {
  private static let rate: UpdateRate = {
    var rate = UpdateRate(updatesPerSecond: 1e6)
    rate.secondsPerVisit = 0
    return rate
  }()

  private func setting(_ ranks: Int, _ network: Network = .ideal) -> VirtualTraining.Setting {
    VirtualTraining.Setting(
      ranks: ranks, shape: FactorShape(factors: 16, hasBiases: true), rate: Self.rate,
      network: network)
  }

  private func loads(_ blocks: Int) throws -> BlockLoads {
    BlockLoads(estimating: try DataShape("4000x1000x200000"), blockCount: blocks, seed: 1)
  }

  func testOneRankTakesAllItsUpdatesAndSendsNothing() throws {
    let loads = try loads(8)
    let epoch = VirtualTraining(loads, setting(1)).epoch
    XCTAssertEqual(Double(loads.total), 200_000, accuracy: 2000)
    XCTAssertEqual(epoch.sweepSeconds, Double(loads.total) / 1e6, accuracy: 1e-9)
    XCTAssertEqual(epoch.computeSeconds, epoch.sweepSeconds, accuracy: 1e-9)
    XCTAssertEqual(epoch.bytesSent, 0)
  }

  func testAllRanksMakeAllVisitsForEverySchedule() throws {
    for kind in ScheduleKind.allCases where kind.visitsEachBlockOnce {
      for (ranks, threads) in [(2, 1), (3, 2), (7, 1), (8, 1)] {
        for overlaps in [true, false] {
          let loads = try loads(24)
          var setting = setting(ranks, Network(latencySeconds: 1e-4, bytesPerSecond: 1e7))
          setting.schedule = kind
          setting.threads = threads
          setting.overlaps = overlaps
          setting.epochs = 2
          let epoch = VirtualTraining(loads, setting).epoch
          let share = Double(loads.total) / 1e6 / Double(ranks * threads)
          let name = "\(kind) \(ranks) × \(threads)"
          XCTAssertGreaterThanOrEqual(epoch.computeSeconds, 0.999 * share, name)
          XCTAssertGreaterThanOrEqual(epoch.sweepSeconds, epoch.computeSeconds - 1e-9, name)
          XCTAssertGreaterThan(epoch.messagesSent, 0, name)
        }
      }
    }
  }

  func testOverlapHidesWhatTheModelSaysItHides() throws {
    for (ranks, threads) in [(2, 1), (4, 1), (16, 1), (2, 4), (4, 8), (16, 2), (16, 8)] {
      // So many ratings that blocks are about as large as each other.
      let loads = BlockLoads(
        estimating: try DataShape("40000x10000x20000000"),
        blockCount: CostModel.blocks(ranks: ranks, threads: threads), seed: 1)
      var setting = setting(ranks)
      setting.threads = threads
      setting.epochs = 8
      let ideal = VirtualTraining(loads, setting).epoch
      // Transfers that take as long as computing, of which only a part can be hidden.
      setting.network.bytesPerSecond = ideal.bytesSent / ideal.sweepSeconds
      let slow = VirtualTraining(loads, setting).epoch
      let hidden = 2 - slow.sweepSeconds / ideal.sweepSeconds
      let expected = CostModel.hiddenShare(
        ranks: ranks, threads: threads,
        rowBlocksAThread: Double(loads.blockCount) / Double(ranks * threads))
      XCTAssertEqual(hidden, expected, accuracy: 0.1, "\(ranks) × \(threads)")
      setting.overlaps = false
      let apart = VirtualTraining(loads, setting).epoch
      XCTAssertGreaterThan(apart.sweepSeconds, slow.sweepSeconds, "\(ranks) × \(threads)")
    }
  }

  func testLocalityMakesTrafficIndependentOfTheRanks() throws {
    let loads = try loads(32)
    let all = 1000.0 * 17 * 4
    for ranks in [4, 8, 16] {
      var setting = setting(ranks)
      let local = VirtualTraining(loads, setting).epoch
      XCTAssertEqual(local.bytesSent, all, accuracy: 0.15 * all, "\(ranks)")
      setting.schedule = .wor
      let random = VirtualTraining(loads, setting).epoch
      let blocks = Double(32 / ranks)
      XCTAssertEqual(random.bytesSent, blocks * all, accuracy: 0.3 * blocks * all, "\(ranks)")
    }
  }

  /// Every message of the trace has its two ends, and every rank the same sums.
  func testTheTraceIsWhole() throws {
    let training = VirtualTraining(
      try loads(12), setting(3, Network(latencySeconds: 1e-5, bytesPerSecond: 1e8)))
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("stratum-trace-\(UInt64.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    try training.write(to: directory.path)
    let list = try lines(directory.appendingPathComponent("trace.txt"))
    XCTAssertEqual(list.count, 3)
    var sends: [String: Int] = [:]
    for (rank, name) in list.enumerated() {
      let lines = try lines(directory.appendingPathComponent(name)).map { $0.split(separator: " ") }
      XCTAssertEqual(lines.first, ["\(rank)", "init"])
      XCTAssertEqual(lines.last, ["\(rank)", "finalize"])
      XCTAssertTrue(lines.allSatisfy { $0[0] == "\(rank)" })
      XCTAssertEqual(lines.filter { $0[1] == "allreduce" }.count, 2)
      for line in lines where line[1] == "isend" {
        sends["\(rank) \(line[2]) \(line[3]) \(line[4])", default: 0] += 1
      }
      for line in lines where line[1] == "irecv" {
        sends["\(line[2]) \(rank) \(line[3]) \(line[4])", default: 0] -= 1
      }
    }
    XCTAssertGreaterThan(sends.count, 20)
    XCTAssertEqual(sends.values.filter { $0 != 0 }, [])
  }

  func testABlockMayHaveMoreRatingsThanFit32Bits() throws {
    let loads = BlockLoads(
      estimating: try DataShape("1000000x100000x5000000000"), blockCount: 1, seed: 1)
    XCTAssertEqual(Double(loads.total), 5e9, accuracy: 5e8)
  }

  private func lines(_ url: URL) throws -> [String] {
    try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
  }
}
