import DistributedFactorization
import Factorization
import MPI
import MPITestSupport
import SerialReplay
import XCTest

/// Training on any number of ranks and threads equals the serial replay, bit for bit.
final class TheoremTests: RankTestCase {
  func testEveryLossAndScheduleEqualsTheSerialReplay() throws {
    for loss in LossKind.allCases.map({ $0.loss() }) {
      for schedule in ScheduleKind.allCases {
        for threads in [1, 2] {
          for usesAdaGrad in [false, true] {
            var options = Self.options
            options.loss = loss
            options.hasBiases = loss.allowsBiases
            options.hasGlobalMean = loss.allowsBiases
            options.schedule = schedule
            options.usesAdaGrad = usesAdaGrad
            try assertEqualToReplay(options, threads: threads)
          }
        }
      }
    }
  }

  func testEveryConstraintEqualsTheSerialReplay() throws {
    for loss in LossKind.allCases.map({ $0.loss() }) where loss.link == .identity {
      for constraint in [Constraint.projected, .reflected] {
        var options = Self.options
        options.loss = loss
        options.hasBiases = false
        options.hasGlobalMean = false
        options.regularization.absolute = 0.1
        options.regularization.constraint = constraint
        options.regularization.isWeighted = constraint == .reflected
        try assertEqualToReplay(options, threads: 2)
      }
    }
  }

  func testEveryKindOfModelEqualsTheSerialReplay() throws {
    for isWeighted in [true, false] {
      for hasBiases in [true, false] {
        for hasGlobalMean in [true, false] {
          var options = Self.options
          options.regularization.isWeighted = isWeighted
          options.hasBiases = hasBiases
          options.hasGlobalMean = hasGlobalMean
          options.usesAdaGrad = !hasGlobalMean
          try assertEqualToReplay(options, threads: 2)
        }
      }
    }
  }

  func testEveryPointOrderEqualsTheSerialReplay() throws {
    for pointOrder in PointOrder.allCases {
      for schedule in ScheduleKind.allCases {
        for lossPass in [nil, LossPass.exact] {
          var options = Self.options
          options.pointOrder = pointOrder
          options.schedule = schedule
          options.lossPass = lossPass
          try assertEqualToReplay(options, threads: 2)
        }
      }
    }
  }

  /// Strata with replacement, where a column block may stay, leave and come back in one epoch, for grids that
  /// leave the ranks one row block each, several, and unequal numbers.
  func testTrainingWithoutOverlapEqualsTheSerialReplay() throws {
    for schedule in ScheduleKind.allCases {
      for threads in [1, 2] {
        var options = Self.options
        options.schedule = schedule
        options.overlaps = false
        try assertEqualToReplay(options, threads: threads)
      }
    }
  }

  func testStrataWithReplacementOnEveryGridEqualTheSerialReplay() throws {
    for blocks in [world.size, 7, 16, 40] where blocks >= world.size {
      var options = Self.options
      options.schedule = .wr
      options.blocks = blocks
      options.epochs = 6
      try assertEqualToReplay(options, threads: 3)
    }
  }

  func testEveryStepPolicyEqualsTheSerialReplay() throws {
    for step in StepSizePolicy.allCases {
      var options = Self.options
      options.step = step
      options.epochs = 5
      try assertEqualToReplay(options, threads: 2)
    }
  }

  func testUndoneRisesEqualTheSerialReplay() throws {
    for step in StepSizePolicy.allCases where step.followsLoss {
      for lossPass in LossPass.allCases {
        var options = Self.options
        options.step = step
        options.undoesRises = true
        options.lossPass = lossPass
        options.epochs = 9
        let records = try assertEqualToReplay(options, initialStep: 0.075, threads: 2)
        if step == .boldDriver { XCTAssert(records.contains { $0.isUndone }, "\(lossPass)") }
        let losses = records.dropFirst().filter { !$0.isUndone }.map(\.loss)
        XCTAssert(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 }, "\(step), \(lossPass)")
      }
    }
  }

  /// Blocks that the ranks do not divide, blocks beyond the columns, and one block a rank.
  func testEveryNumberOfBlocksEqualsTheSerialReplay() throws {
    for blocks in [world.size, 7, 11, 13, 16, 40] where blocks >= world.size {
      var options = Self.options
      options.blocks = blocks
      try assertEqualToReplay(options, threads: 3)
    }
  }

  private static let options = TrainingOptions.small(factors: 20, epochs: 3)

  @discardableResult
  private func assertEqualToReplay(
    _ options: TrainingOptions, initialStep: Double = 0.02, threads: Int
  ) throws -> [EpochRecord] {
    var sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)
    if options.loss.link == .logistic {
      for index in sample.ratings.indices {
        sample.ratings[index].value = sample.ratings[index].value > 3 ? 1 : -1
      }
    }
    let run = try TrainedRun(
      sample, options: options, initialStep: initialStep, threads: threads, world)
    let name =
      "\(options.loss), \(options.regularization), \(options.schedule), points \(options.pointOrder), "
      + "\(options.step), AdaGrad \(options.usesAdaGrad), "
      + "\(options.blocks) blocks, "
      + "\(threads) threads, \(world.size) ranks"

    let problem = run.replayProblem
    var replay = SerialReplay(problem)
    var lastGood = replay
    var step = StepSize(
      policy: options.step, initial: initialStep, decay: options.usedStepDecay,
      epochs: options.epochs, undoesRises: options.undoesRises)
    let trial = run.trial()
    for epoch in 1...options.epochs {
      let running = replay.train(epoch: epoch, stepSize: Float(step.current))
      let loss =
        switch options.usedLossPass {
        case .running: running + replay.penalty
        case .exact: replay.cost + replay.penalty
        }
      XCTAssertEqual(run.records[epoch].loss, loss, "loss of epoch \(epoch): \(name)")
      XCTAssertEqual(run.records[epoch].stepSize, step.current, name)
      let stands = step.advance(loss: loss) { trial.bestStep(around: $0, after: epoch) }
      XCTAssertEqual(run.records[epoch].isUndone, !stands, name)
      if stands { lastGood = replay } else { replay = lastGood }
    }
    guard let model = run.model else { return run.records }
    XCTAssertEqual(model.rowFactors, replay.rows.flatMap { $0 }, "W: \(name)")
    XCTAssertEqual(model.columnFactors, replay.columns.flatMap { $0 }, "H: \(name)")
    XCTAssertEqual(model.rowBiases, options.hasBiases ? replay.rowBiases : nil, name)
    XCTAssertEqual(model.columnBiases, options.hasBiases ? replay.columnBiases : nil, name)
    return run.records
  }
}
