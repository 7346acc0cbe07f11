import DistributedFactorization
import Factorization
import Foundation
import MPI
import MPITestSupport
import XCTest

/// Reading and distributing: what every rank ends up with does not depend on how many there are.
final class InputTests: RankTestCase {
  func testUnionOfIdentifiersIsAscendingDistinctAndTheSameOnAllRanks() throws {
    let own = (0..<200).map { Int64(($0 * 7 + world.rank) % 90) * 1_000_003 - 40 }
    let union = try Identifiers.union(of: .integers(Array(Set(own))), world)
    let everybody = try world.allGather(own)
    XCTAssertEqual(union, .integers(Array(Set(everybody)).sorted()))

    let words = own.map { "id \($0) é" }
    let texts = try Identifiers.union(of: .strings(Array(Set(words))), world)
    let expected = Set(everybody.map { "id \($0) é" }).sorted { a, b in
      a.utf8.lexicographicallyPrecedes(b.utf8)
    }
    XCTAssertEqual(texts, .strings(expected))
  }

  func testUnionTakesRanksWithoutAnyIdentifier() throws {
    let own: [Int64] = world.rank == 0 ? [5, 3] : []
    XCTAssertEqual(try Identifiers.union(of: .integers(own), world), .integers([3, 5]))
    let words = world.rank == 0 ? ["b", "é", "a"] : []
    XCTAssertEqual(try Identifiers.union(of: .strings(words), world), .strings(["a", "b", "é"]))
    XCTAssertEqual(try Identifiers.union(of: .strings([]), world), .strings([]))
  }

  /// Identifiers that differ in their last characters only, or in no low bit, spread evenly too.
  func testIdentifiersAreSpreadEvenlyOverTheRanks() {
    let count = 20_000
    func assertEven(_ counts: [Int], line: UInt = #line) {
      let mean = Double(count) / Double(world.size)
      for own in counts { XCTAssertEqual(Double(own), mean, accuracy: 0.1 * mean, line: line) }
    }
    for stride: Int64 in [1, 4096, 1 << 40] {
      assertEven(Identifiers.byRank((0..<count).map { Int64($0) * stride }, world.size).counts)
    }
    let texts = (0..<count).map { "customer-\(10_000_000 + $0)" }
    assertEven(Identifiers.byRank(texts, world.size).counts)
  }

  func testEveryRowBlockBelongsToOneRankAndEveryRankHasOne() {
    for blocks in [world.size, world.size + 1, 16, 97] where blocks >= world.size {
      let ownership = BlockOwnership(blockCount: blocks, ranks: world.size)
      var owned: [Int] = []
      for rank in 0..<world.size {
        let own = ownership.rowBlocks(ofRank: rank)
        XCTAssertFalse(own.isEmpty)
        XCTAssertLessThanOrEqual(own.count, blocks / world.size + 1)
        for block in own { XCTAssertEqual(ownership.rank(ofRowBlock: block), rank) }
        owned += own
      }
      XCTAssertEqual(owned, Array(0..<blocks))
    }
  }

  func testDistributionKeepsEveryRatingAndSendsItToItsOwner() throws {
    let sample = SkewedRatings(rows: 90, columns: 40, count: 2000, seed: 8)
    var options = TrainingOptions()
    options.blocks = max(8, world.size)
    let ratings = sample.share(ofRank: world.rank, of: world.size)
    let data = try TrainingData(ratings, options: options, world)
    XCTAssertEqual(data.rowDegrees, sample.ratings.degrees(90, of: \.row))
    XCTAssertEqual(data.columnDegrees, sample.ratings.degrees(40, of: \.column))
    let own = sample.ratings.filter {
      data.rowBlocks.contains(Int(data.grid.rows.blocks[Int($0.row)]))
    }
    XCTAssertEqual(data.training.count, own.count)
    XCTAssertEqual(try world.allReduce(data.training.count, .sum), 2000)
    var sum = 0.0
    for row in data.rowBlocks { data.training.forEach(inRowBlock: row) { sum += Double($0.value) } }
    XCTAssertEqual(sum, own.reduce(0) { $0 + Double($1.value) })
  }

  /// So many ratings that they come in several rounds; their blocks are those of all ratings at once.
  func testDistributionInRoundsKeepsEveryEntry() throws {
    let sample = SkewedRatings(rows: 900, columns: 400, count: 140_000 * world.size, seed: 8)
    var options = TrainingOptions()
    options.blocks = world.size + 1
    options.tileBytes = 64 << 10
    let data = try TrainingData(
      sample.share(ofRank: world.rank, of: world.size), options: options, world)
    let own = sample.ratings.filter {
      data.rowBlocks.contains(Int(data.grid.rows.blocks[Int($0.row)]))
    }
    let expected = own.withUnsafeBufferPointer {
      RatingBlocks($0, grid: data.grid, rowBlocks: data.rowBlocks)
    }
    for row in data.rowBlocks {
      var entries: [TileEntry] = []
      data.training.forEach(inRowBlock: row) { entries.append($0) }
      var expectedEntries: [TileEntry] = []
      expected.forEach(inRowBlock: row) { expectedEntries.append($0) }
      XCTAssert(entries == expectedEntries, "row block \(row)")
    }
  }

  func testStatisticsAreTheSameBitsAsOnOneRank() throws {
    let sample = SkewedRatings(rows: 90, columns: 40, count: 3000, seed: 8)
    var fractions = sample
    fractions.ratings = sample.ratings.map {
      Rating(row: $0.row, column: $0.column, value: $0.value / 3)
    }
    var options = TrainingOptions()
    options.blocks = 16
    let data = try TrainingData(
      fractions.share(ofRank: world.rank, of: world.size), options: options, world)
    let alone = try world.split(color: world.rank)
    let whole = try TrainingData(fractions.share(ofRank: 0, of: 1), options: options, alone)
    XCTAssertEqual(data.statistics, whole.statistics)
    XCTAssertFalse(data.statistics.isScale)
    XCTAssertEqual(data.statistics.count, 3000)
  }

  func testHeldOutRatingsAreTheSameForAnyNumberOfRanks() throws {
    let matrix = try SyntheticMatrix("ratings-like:rows=200,columns=80,ratings=6000,seed=3")
    func held(_ communicator: borrowing Communicator) throws -> (count: Int, sum: Double) {
      let ratings = try IndexedRatings(
        .synthetic(matrix), testPath: nil, testFraction: 0.2, seed: 9, communicator)
      let test = ratings.test ?? RatingList()
      let sum = test.reduce(0.0) { $0 + Double($1.row) * 81 + Double($1.column) }
      return (
        try communicator.allReduce(test.count, .sum), try communicator.allReduce(sum, .sum)
      )
    }
    let together = try held(world)
    let alone = try held(try world.split(color: world.rank))
    XCTAssertEqual(together.count, alone.count)
    XCTAssertEqual(together.sum, alone.sum)
    XCTAssertEqual(Double(together.count), 1200, accuracy: 150)
  }

  func testFirstStepIsTheSameForAnyNumberOfRanks() throws {
    let matrix = try SyntheticMatrix("ratings-like:rows=300,columns=120,ratings=12000,seed=3")
    func step(_ communicator: borrowing Communicator) throws -> Double {
      var options = TrainingOptions()
      options.factors = 8
      options.blocks = 16
      let ratings = try IndexedRatings(
        .synthetic(matrix), testPath: nil, testFraction: 0, seed: 9, communicator)
      let sample = try StepSample(ratings, seed: 1, communicator)
      let data = try TrainingData(ratings, options: options, communicator)
      return sample.bestStep(data.statistics, options: options)
    }
    let together = try step(world)
    XCTAssertEqual(together, try step(try world.split(color: world.rank)))
    XCTAssertGreaterThan(together, 1e-3)
    XCTAssertLessThan(together, 1)
  }

  func testFirstStepFollowsTheUnitOfTheValues() throws {
    let ratings = try IndexedRatings(
      .synthetic(SyntheticMatrix("gaussian:rows=900,columns=400,ratings=40000,seed=3")),
      testPath: nil, testFraction: 0, seed: 9, world)
    var options = TrainingOptions()
    options.factors = 16
    let data = try TrainingData(ratings, options: options, world)
    let sample = try StepSample(ratings, seed: 1, world)
    // A step times the square of the factors, and so times the values' deviation, has no unit.
    let step = sample.bestStep(data.statistics, options: options)
    let product = step * data.statistics.variance.squareRoot()
    XCTAssertGreaterThan(product, 0.01)
    XCTAssertLessThan(product, 0.3)

    options.usesAdaGrad = true
    XCTAssertEqual(sample.bestStep(data.statistics, options: options), 0.25)
  }

  /// Were rows and columns drawn alike, most samples of a single row were empty.
  func testFirstStepOfASingleRowOrColumn() throws {
    for shape in ["rows=1,columns=100000", "rows=100000,columns=1"] {
      let matrix = try SyntheticMatrix("ratings-like:\(shape),ratings=50000,seed=3")
      for seed in 1...6 as ClosedRange<UInt64> {
        let options = TrainingOptions()
        let ratings = try IndexedRatings(
          .synthetic(matrix), testPath: nil, testFraction: 0, seed: 9, world)
        let sample = try StepSample(ratings, seed: seed, world)
        let step = sample.bestStep(
          try TrainingData(ratings, options: options, world).statistics, options: options)
        XCTAssertGreaterThan(step, 1e-3, "\(shape), seed \(seed)")
        XCTAssertLessThan(step, 1, "\(shape), seed \(seed)")
      }
    }
  }

  /// Where Σ p over all cells counts, the step is for blocks as large as those of the grid; what is tried
  /// on the sample is for one as large as the sample.
  func testTrialsTakeTheStepsOfTheSample() throws {
    let matrix = try SyntheticMatrix("ratings-like:rows=300,columns=120,ratings=3000,seed=3")
    func steps(blocks: Int) throws -> [Double] {
      var options = TrainingOptions()
      options.factors = 8
      options.blocks = blocks
      options.loss = GeneralizedKLLoss()
      (options.hasBiases, options.hasGlobalMean) = (false, false)
      options.regularization = Regularization(rows: 0, isWeighted: true)
      let ratings = try IndexedRatings(
        .synthetic(matrix), testPath: nil, testFraction: 0, seed: 9, world)
      let sample = try StepSample(ratings, seed: 1, world)
      let statistics = try TrainingData(ratings, options: options, world).statistics
      let first = sample.bestStep(statistics, options: options)
      let trial = StepTrial(sample, statistics, options: options)
      return (1...3).reduce(into: [first]) {
        $0.append(trial.bestStep(around: $0[$0.count - 1], after: $1))
      }
    }
    let alone = try steps(blocks: 8)
    XCTAssertEqual(try steps(blocks: 32), alone.map { 4 * $0 })
  }

  func testSuggestedEpochsDependOnTheKindOfValues() throws {
    func epochs(
      _ specification: String, _ loss: any Loss = SquaredLoss(), _ solver: SolverKind = .dsgd
    ) throws -> Int {
      let ratings = try IndexedRatings(
        .synthetic(SyntheticMatrix(specification)), testPath: nil, testFraction: 0, seed: 9, world)
      return try TrainingData(ratings, options: TrainingOptions(), world).suggestedEpochs(
        for: loss, by: solver)
    }
    let scale = "ratings-like:rows=300,columns=120,ratings=12000,seed=3"
    XCTAssertEqual(try epochs(scale), 7)
    XCTAssertEqual(try epochs(scale, PoissonLoss()), 12)
    for loss in [GeneralizedKLLoss(), ImplicitLoss(confidence: 1)] as [any Loss] {
      XCTAssertEqual(try epochs(scale, loss), 100)
      XCTAssertEqual(try epochs(scale, loss, .sgd), 100)
    }
    XCTAssertEqual(try epochs(scale, ImplicitLoss(confidence: 1), .als), 12)
    XCTAssertEqual(try epochs(scale, SquaredLoss(), .lbfgs), 100)
    XCTAssertEqual(try epochs("gaussian:rows=300,columns=120,ratings=12000,seed=3"), 12)
  }

  func testEarliestLineOfAnyRankIsTheErrorOfAll() throws {
    let last = world.size - 1
    do {
      try world.agree { () throws(InputError) in
        if world.rank == last { throw InputError("early", file: "f", line: 3) }
        throw InputError("late", file: "f", line: 10 + world.rank)
      }
      XCTFail("no error")
    } catch let failure as InputFailure {
      XCTAssertEqual(failure.sentence, "f:3: early")
    }
    XCTAssertEqual(try world.agree { () throws(InputError) in world.rank }, world.rank)
  }

  func testSlotSumsAreExactAndAddedInTheOrderOfBlocks() throws {
    let blocks = 23
    var values = [Double](repeating: 1e9, count: blocks)
    for block in 0..<blocks { values[block] *= 1 / Double(block + 3) }
    var sums = SlotSums(blockCount: blocks, quantities: 2)
    for block in BlockOwnership(blockCount: blocks, ranks: world.size).rowBlocks(ofRank: world.rank)
    {
      sums[block, 0] = values[block]
      sums[block, 1] = 1
    }
    XCTAssertEqual(try sums.totals(world), [values.reduce(0, +), Double(blocks)])
  }

  func testCPUListsAreCounted() {
    XCTAssertEqual(ProcessStatus.cpus(in: "0"), [0])
    XCTAssertEqual(ProcessStatus.cpus(in: "0-3"), [0, 1, 2, 3])
    XCTAssertEqual(ProcessStatus.cpus(in: "0-1,4,6-8"), [0, 1, 4, 6, 7, 8])
    XCTAssertGreaterThan(ProcessStatus.peakMemoryBytes, 1 << 20)
  }
}
