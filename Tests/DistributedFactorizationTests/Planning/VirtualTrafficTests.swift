import DistributedFactorization
import Factorization
import MPI
import MPITestSupport
import XCTest

/// What travels in virtual time is what travels in training.
final class VirtualTrafficTests: RankTestCase {
  func testBytesOfEachEpochAreThoseOfTraining() throws {
    let sample = SkewedRatings(rows: 120, columns: 60, count: 2000, seed: 3)
    // Every rank alone, and with all ratings, for the numbers of all blocks.
    let alone = try world.split(color: world.rank)
    for schedule in ScheduleKind.allCases where schedule.visitsEachBlockOnce {
      var options = TrainingOptions.small(factors: 8, epochs: 5)
      options.schedule = schedule
      options.lossPass = .running
      let loads = BlockLoads(
        try TrainingData(sample.share(ofRank: 0, of: 1), options: options, alone))
      let run = try TrainedRun(
        sample, options: options, initialStep: 0.02, threads: 1, world)
      var setting = VirtualTraining.Setting(
        ranks: world.size, shape: FactorShape(factors: 8, hasBiases: true),
        rate: UpdateRate(updatesPerSecond: 1e6), network: .ideal)
      setting.schedule = schedule
      setting.seed = options.seed
      var before = 0.0
      // After the last epoch of training column blocks stay where they are.
      for epoch in 1..<options.epochs {
        setting.epochs = epoch
        let sum = Double(epoch) * VirtualTraining(loads, setting).epoch.bytesSent
        XCTAssertEqual(
          sum - before, run.records[epoch].bytesSent.mean, accuracy: 0.5, "\(schedule) \(epoch)")
        before = sum
      }
      XCTAssertEqual(before > 0, world.size > 1)
    }
  }
}
