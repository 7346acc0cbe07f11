import Factorization
import XCTest

final class StratumScheduleTests: XCTestCase {
  private let kinds = ScheduleKind.allCases

  func testEveryPlanIsALatinSquareForAllSizesUpTo64() {
    for kind in kinds {
      let schedule = kind.schedule(seed: 7)
      for blockCount in 1...64 {
        for epoch in [1, 2, 1000] {
          let plan = schedule.plan(epoch: epoch, blockCount: blockCount)
          assertLatinSquare(plan, "\(kind) of \(blockCount) blocks in epoch \(epoch)")
        }
      }
    }
  }

  func testRowBlockIsTheInverseOfColumnBlock() {
    for kind in kinds {
      let plan = kind.schedule(seed: 3).plan(epoch: 5, blockCount: 12)
      for subEpoch in 0..<12 {
        for row in 0..<12 {
          let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
          XCTAssertEqual(plan.rowBlock(ofColumnBlock: column, inSubEpoch: subEpoch), row)
        }
      }
    }
  }

  func testPlansDependOnSeedAndEpochOnly() {
    for kind in [ScheduleKind.wor, .laWor] {
      let plan = kind.schedule(seed: 1).plan(epoch: 4, blockCount: 16)
      XCTAssertEqual(plan, kind.schedule(seed: 1).plan(epoch: 4, blockCount: 16))
      XCTAssertNotEqual(plan, kind.schedule(seed: 1).plan(epoch: 5, blockCount: 16))
      XCTAssertNotEqual(plan, kind.schedule(seed: 2).plan(epoch: 4, blockCount: 16))
    }
  }

  func testSequentialPlanIsTheSameInEachEpoch() {
    let schedule = SequentialSchedule()
    XCTAssertEqual(
      schedule.plan(epoch: 1, blockCount: 9), schedule.plan(epoch: 2, blockCount: 9))
  }

  /// With d blocks on P ranks, WOR moves most column blocks after every sub-epoch; LA-WOR moves a
  /// column block to another rank at most P − 1 times an epoch, for every P that leads the digits.
  func testLocalityAwareScheduleMovesEachColumnBlockOncePerRank() {
    for (blockCount, ranks) in [(16, 2), (16, 4), (16, 8), (24, 3), (36, 9), (64, 4)] {
      let owner = { (row: Int) in row * ranks / blockCount }
      func moves(_ kind: ScheduleKind) -> Int {
        let plan = kind.schedule(seed: 11).plan(epoch: 3, blockCount: blockCount)
        var moves = 0
        for column in 0..<blockCount {
          for subEpoch in 1..<blockCount {
            let before = plan.rowBlock(ofColumnBlock: column, inSubEpoch: subEpoch - 1)
            let after = plan.rowBlock(ofColumnBlock: column, inSubEpoch: subEpoch)
            if owner(before) != owner(after) { moves += 1 }
          }
        }
        return moves
      }
      XCTAssertEqual(moves(.laWor), blockCount * (ranks - 1), "\(blockCount) on \(ranks)")
      XCTAssertGreaterThan(moves(.wor), blockCount * (ranks - 1))
    }
  }

  private func assertLatinSquare(_ plan: EpochPlan, _ message: String) {
    let all = Set(0..<plan.blockCount)
    for index in 0..<plan.blockCount {
      let stratum = all.map { plan.columnBlock(ofRowBlock: $0, inSubEpoch: index) }
      XCTAssertEqual(Set(stratum), all, "stratum \(index) of \(message)")
      let visits = all.map { plan.columnBlock(ofRowBlock: index, inSubEpoch: $0) }
      XCTAssertEqual(Set(visits), all, "row block \(index) of \(message)")
    }
  }
}
