import DistributedFactorization
import Factorization
import Foundation
import MPI
import MPITestSupport
import XCTest

/// A run that is interrupted and goes on, on other ranks and threads, is the run that was not, bit for bit.
final class CheckpointTests: RankTestCase {
  private static let sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)

  private static let options = TrainingOptions.small(factors: 10, epochs: 7)

  /// A name that all ranks know, of a directory that rank 0 removes when the body has ended.
  private func withDirectory(_ body: (String) throws -> Void) throws {
    let unique = try world.broadcast(UInt64.random(in: 0 ... .max), from: 0)
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("stratum-checkpoints-\(unique)").path
    try body(directory)
    try world.barrier()
    if world.rank == 0 { try FileManager.default.removeItem(atPath: directory) }
  }

  /// The first ranks only.
  private func ranks(_ count: Int) throws -> Communicator? {
    try world.split(optionalColor: world.rank < count ? 0 : nil)
  }

  /// Trains until some rank is asked to end in an epoch, which may be one that diverges.
  private func interrupt(
    _ options: TrainingOptions, inEpoch epoch: Int, initialStep: Double, _ directory: String,
    threads: Int, _ communicator: borrowing Communicator
  ) throws {
    let isLast = communicator.rank == communicator.size - 1
    var epochs = 0
    let checkpoints = try Checkpoints(
      directory, every: 2,
      isInterrupted: {
        epochs += 1
        return isLast && epochs == epoch
      }, communicator)
    XCTAssertNil(checkpoints.blocks)
    do {
      _ = try TrainedRun(
        Self.sample, options: options, initialStep: initialStep, threads: threads,
        checkpoints: checkpoints, communicator)
      XCTFail("the run was not interrupted")
    } catch let interruption as TrainingInterruption {
      XCTAssertEqual(interruption.exitCode, 75)
      XCTAssertEqual(interruption.epochs, options.epochs)
    }
  }

  /// Seven epochs are three, and then four on other ranks and threads.
  ///
  /// - Returns: what the epochs of the whole run gave.
  @discardableResult
  private func assertContinues(
    _ options: TrainingOptions, after epoch: Int = 3, initialStep: Double = 0.02,
    ranks counts: (before: Int, after: Int)? = nil, threads: (before: Int, after: Int) = (2, 3),
    _ name: String
  ) throws -> [EpochRecord] {
    let (before, after) = counts ?? ((world.size + 1) / 2, world.size)
    let straight = try TrainedRun(
      Self.sample, options: options, initialStep: initialStep, threads: 1, world)
    try withDirectory { directory in
      if let some = try ranks(before) {
        try interrupt(
          options, inEpoch: epoch, initialStep: initialStep, directory, threads: threads.before,
          some)
      }
      try world.barrier()
      if let some = try ranks(after) {
        let checkpoints = try Checkpoints(directory, every: 2, some)
        XCTAssertEqual(checkpoints.blocks, options.blocks)
        let run = try TrainedRun(
          Self.sample, options: options, initialStep: initialStep, threads: threads.after,
          checkpoints: checkpoints, some)
        XCTAssertEqual(run.continuation?.warnings, [], name)
        // Rank 0 has the model; those of other ranks have only the losses.
        run.assertSameBits(as: straight)
        XCTAssertEqual(run.records.map(\.epoch), straight.records.map(\.epoch), name)
        XCTAssertEqual(run.records.map(\.stepSize), straight.records.map(\.stepSize), name)
        XCTAssertEqual(run.records.map(\.isUndone), straight.records.map(\.isUndone), name)
        XCTAssertEqual(run.reason, straight.reason, name)
      }
    }
    return straight.records
  }

  func testEveryStepPolicy() throws {
    for step in StepSizePolicy.allCases {
      for usesAdaGrad in [false, true] {
        var options = Self.options
        options.step = step
        options.usesAdaGrad = usesAdaGrad
        try assertContinues(options, "\(step), AdaGrad \(usesAdaGrad)")
      }
    }
  }

  func testFewerRanksAndThreads() throws {
    for after in Set([1, (world.size + 1) / 2]) {
      try assertContinues(
        Self.options, ranks: (world.size, after), threads: (3, 1), "on \(after) ranks")
    }
  }

  func testEveryScheduleAndPointOrder() throws {
    for schedule in ScheduleKind.allCases {
      var options = Self.options
      options.schedule = schedule
      options.hasBiases = schedule == .wor
      try assertContinues(options, "\(schedule)")
    }
    for order in PointOrder.allCases {
      var options = Self.options
      options.pointOrder = order
      options.lossPass = .exact
      try assertContinues(options, "points \(order)")
    }
  }

  func testEveryLoss() throws {
    for loss in LossKind.allCases where loss != .logistic {
      var options = Self.options
      options.loss = loss.loss()
      options.hasBiases = options.loss.allowsBiases
      options.hasGlobalMean = options.loss.allowsBiases
      try assertContinues(options, initialStep: 0.005, "\(loss)")
    }
  }

  /// Epochs are undone before and after the interruption, and in the epoch of it.
  func testUndoneRises() throws {
    for step in StepSizePolicy.allCases where step.followsLoss {
      var options = Self.options
      options.step = step
      options.undoesRises = true
      options.epochs = 9
      for epoch in 1...6 {
        let records = try assertContinues(
          options, after: epoch, initialStep: 0.075, "\(step), \(epoch)")
        XCTAssert(records[epoch...].contains { $0.isUndone }, "\(step)")
      }
    }
  }

  /// The first epochs diverge; the interruption comes after some of them, or after the first good one.
  func testDivergence() throws {
    var options = Self.options
    options.step = .boldDriver
    for epoch in [1, 2, 8] {
      try assertContinues(options, after: epoch, initialStep: 4, "diverging \(epoch)")
    }
  }

  func testMethodsThatDoNotDependOnRanks() throws {
    for solver in [SolverKind.als, .ccd] {
      for hasBiases in [true, false] {
        var options = Self.options
        options.solver = solver
        options.hasBiases = hasBiases
        try assertContinues(options, initialStep: 0, "\(solver)")
      }
    }
  }

  /// Those whose result depends on the ranks go on with the same ones.
  func testMethodsThatDependOnRanks() throws {
    let same = (world.size, world.size)
    for solver in [SolverKind.psgd, .multiplicative] {
      var options = Self.options
      options.solver = solver
      options.hasBiases = solver == .psgd
      options.hasGlobalMean = solver == .psgd
      if solver == .multiplicative { options.regularization.constraint = .projected }
      // One thread, since sums over threads depend on these.
      try assertContinues(options, ranks: same, threads: (1, 1), "\(solver)")
    }
    var options = Self.options
    options.wire = .bfloat16
    try assertContinues(options, ranks: same, "bfloat16")
    // An epoch that was undone leaves the column blocks where it began, and rounded no further.
    options.schedule = .wor
    options.step = .boldDriver
    options.undoesRises = true
    for epoch in 2...6 {
      let records = try assertContinues(
        options, after: epoch, initialStep: 0.1, ranks: same, "bfloat16, undone, \(epoch)")
      XCTAssert(records.contains { $0.isUndone })
    }
  }

  /// A longer run is gone on with where no step size depends on the length.
  func testMoreEpochs() throws {
    var options = Self.options
    options.step = .constant
    let straight = try TrainedRun(
      Self.sample, options: options, initialStep: 0.02, threads: 1, world)
    try withDirectory { directory in
      options.epochs = 3
      _ = try TrainedRun(
        Self.sample, options: options, initialStep: 0.02, threads: 1,
        checkpoints: try Checkpoints(directory, every: 10, world), world)
      options.epochs = 7
      let run = try TrainedRun(
        Self.sample, options: options, initialStep: 0.02, threads: 2,
        checkpoints: try Checkpoints(directory, every: 10, world), world)
      XCTAssertEqual(run.continuation?.epoch, 3)
      run.assertSameBits(as: straight)
      // Nothing is left to do.
      let again = try TrainedRun(
        Self.sample, options: options, initialStep: 0.02, threads: 2,
        checkpoints: try Checkpoints(directory, every: 10, world), world)
      again.assertSameBits(as: straight)
      options.epochs = 6
      XCTAssertThrowsError(
        try TrainedRun(
          Self.sample, options: options, initialStep: 0.02, threads: 2,
          checkpoints: try Checkpoints(directory, every: 10, world), world)
      ) { error in
        XCTAssertEqual(
          (error as? any AgreedFailure)?.sentence,
          "\(directory): the run that these checkpoints are of has 7 epochs behind it: give --epochs 7 at"
            + " least, or name another directory with --checkpoint")
      }
    }
  }

  /// The last two are kept, and what stopped a run is not forgotten.
  func testTwoAreKept() throws {
    var options = Self.options
    options.tolerance = 0.01
    options.step = .constant
    options.epochs = 40
    try withDirectory { directory in
      func train() throws -> TrainedRun {
        try TrainedRun(
          Self.sample, options: options, initialStep: 0.02, threads: 1,
          checkpoints: try Checkpoints(directory, every: 2, world), world)
      }
      let run = try train()
      XCTAssertEqual(run.reason, .converged)
      let last = try XCTUnwrap(run.records.last).epoch
      XCTAssertGreaterThan(last, 4)
      let expected = Set([last, (last - 1) / 2 * 2])
      let files = try FileManager.default.contentsOfDirectory(atPath: directory)
      XCTAssertEqual(Set(files), Set(expected.map { String(format: "epoch-%05d.checkpoint", $0) }))
      try world.barrier()
      let again = try train()
      XCTAssertEqual(again.reason, .converged)
      again.assertSameBits(as: run)
    }
  }
}
