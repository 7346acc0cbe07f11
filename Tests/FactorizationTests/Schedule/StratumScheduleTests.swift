import Factorization
import Foundation
import XCTest

final class StratumScheduleTests: XCTestCase {
  private let kinds = ScheduleKind.allCases

  func testEveryPlanButThatWithReplacementIsALatinSquareForAllSizesUpTo64() {
    for kind in kinds where kind.visitsEachBlockOnce {
      let schedule = kind.schedule(seed: 7)
      for blockCount in 1...64 {
        for epoch in [1, 2, 1000] {
          let plan = schedule.plan(epoch: epoch, blockCount: blockCount)
          assertLatinSquare(plan, "\(kind) of \(blockCount) blocks in epoch \(epoch)")
        }
      }
    }
  }

  func testEverySubEpochOfEveryPlanIsAStratum() {
    for kind in kinds {
      for blockCount in 1...24 {
        let plan = kind.schedule(seed: 7).plan(epoch: 3, blockCount: blockCount)
        let all = Set(0..<blockCount)
        for subEpoch in 0..<blockCount {
          let stratum = all.map { plan.columnBlock(ofRowBlock: $0, inSubEpoch: subEpoch) }
          XCTAssertEqual(Set(stratum), all, "stratum \(subEpoch) of \(kind), \(blockCount) blocks")
        }
      }
    }
  }

  /// With replacement each block is visited once an epoch on average, as often as chance has it: none of
  /// d draws hits one of d strata with the probability (1 − 1/d)^d.
  func testWithReplacementVisitsEachBlockOnceOnAverage() {
    let (blockCount, epochs) = (6, 4000)
    var visits = [Int](repeating: 0, count: blockCount * blockCount)
    var epochsWithout = 0
    for epoch in 1...epochs {
      let plan = WithReplacementSchedule(seed: 5).plan(epoch: epoch, blockCount: blockCount)
      let met = (0..<blockCount).map { plan.columnBlock(ofRowBlock: 2, inSubEpoch: $0) }
      if !met.contains(4) { epochsWithout += 1 }
      for row in 0..<blockCount {
        for subEpoch in 0..<blockCount {
          let column = plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch)
          visits[row * blockCount + column] += 1
        }
      }
    }
    // Five standard deviations of the sums of so many draws.
    for count in visits { XCTAssertEqual(Double(count), Double(epochs), accuracy: 290) }
    let expected = Double(epochs) * pow(5.0 / 6, 6)
    XCTAssertEqual(Double(epochsWithout), expected, accuracy: 150)
  }

  func testRandomStartEntersTheSequentialCycleAnywhere() {
    let blockCount = 5
    let cyclic = EpochPlan(cyclic: blockCount)
    var starts: Set<Int> = []
    for epoch in 1...60 {
      let plan = RandomStartSchedule(seed: 2).plan(epoch: epoch, blockCount: blockCount)
      let start = plan.columnBlock(ofRowBlock: 0, inSubEpoch: 0)
      starts.insert(start)
      for row in 0..<blockCount {
        for subEpoch in 0..<blockCount {
          XCTAssertEqual(
            plan.columnBlock(ofRowBlock: row, inSubEpoch: subEpoch),
            cyclic.columnBlock(ofRowBlock: row, inSubEpoch: (subEpoch + start) % blockCount))
        }
      }
    }
    XCTAssertEqual(starts, Set(0..<blockCount))
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
    for kind in kinds where kind != .seq {
      func plan(_ seed: UInt64, _ epoch: Int) -> EpochPlan {
        kind.schedule(seed: seed).plan(epoch: epoch, blockCount: 16)
      }
      XCTAssertEqual(plan(1, 4), plan(1, 4))
      // One of sixteen starts may be the same by chance, not several in a row.
      XCTAssert((5...9).contains { plan(1, $0) != plan(1, 4) }, "\(kind)")
      XCTAssert((2...6).contains { plan($0, 4) != plan(1, 4) }, "\(kind)")
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
