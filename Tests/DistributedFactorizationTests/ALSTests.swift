import DistributedFactorization
import Factorization
import Foundation
import MPI
import MPITestSupport
import XCTest

/// Alternating least squares: what it ends with is a solution, and the same on any ranks and threads.
final class ALSTests: RankTestCase {
  private static var options: TrainingOptions {
    var options = TrainingOptions()
    options.solver = .als
    options.factors = 5
    options.epochs = 4
    options.blocks = 12
    options.seed = 5
    options.regularization = Regularization(
      rows: 0.05, columns: 0.02, rowBiases: 0.01, columnBiases: 0.03, isWeighted: true)
    options.keepsLastEpoch = false
    return options
  }

  /// Each kind of objective.
  private static var kinds: [TrainingOptions] {
    var kinds: [TrainingOptions] = []
    for isWeighted in [true, false] {
      for hasBiases in [true, false] {
        for hasGlobalMean in [true, false] {
          var options = Self.options
          options.regularization.isWeighted = isWeighted
          options.hasBiases = hasBiases
          options.hasGlobalMean = hasGlobalMean
          kinds.append(options)
        }
      }
      var implicit = Self.options
      implicit.regularization.isWeighted = isWeighted
      implicit.loss = ImplicitLoss(confidence: 2)
      implicit.hasBiases = false
      implicit.hasGlobalMean = false
      kinds.append(implicit)
      implicit.loss = SquaredAllLoss(absentWeight: 0.3)
      kinds.append(implicit)
    }
    return kinds
  }

  private static let sample = SkewedRatings(rows: 230, columns: 30, count: 3000, seed: 4)

  private func run(
    _ options: TrainingOptions, threads: Int = 2, sample: SkewedRatings = ALSTests.sample,
    _ ranks: borrowing Communicator
  ) throws -> TrainedRun {
    try TrainedRun(sample, options: options, initialStep: 0, threads: threads, ranks)
  }

  func testRanksAndThreadsDoNotMatter() throws {
    let alone = try world.split(color: world.rank)
    for options in Self.kinds {
      let expected = try run(options, threads: 1, alone)
      for threads in [1, 3] {
        let other = try run(options, threads: threads, world)
        other.assertSameBits(as: expected)
      }
    }
  }

  /// The columns were solved for last: plain elimination in double precision finds the same.
  func testColumnsAreTheSolutionGivenTheRows() throws {
    for options in Self.kinds {
      guard let model = try run(options, world).model else { continue }
      let plain = PlainColumns(model, Self.sample, options)
      var largest = 0.0
      for column in 0..<Self.sample.columns where plain.degrees[column] > 0 {
        var found = Array(model.columnFactors[column * 5..<column * 5 + 5]).map { Double($0) }
        if let biases = model.columnBiases { found.append(Double(biases[column])) }
        for (own, exact) in zip(found, plain.solution(forColumn: column)) {
          largest = max(largest, abs(own - exact))
        }
      }
      XCTAssertLessThan(largest, 2e-5, "\(options)")
    }
  }

  func testObjectiveNeverRises() throws {
    for var options in Self.kinds {
      options.epochs = 12
      for penalty: Float in [0, 0.1] {
        options.regularization = Regularization(
          rows: penalty, isWeighted: options.regularization.isWeighted)
        let losses = try run(options, world).records.map(\.loss)
        for (before, after) in zip(losses, losses.dropFirst()) {
          XCTAssertLessThanOrEqual(after, before * (1 + 1e-5), "\(losses), \(options)")
        }
      }
    }
  }

  func testTheLossOverAllCells() throws {
    guard let options = Self.kinds.last(where: { $0.loss is ImplicitLoss }) else { return }
    let run = try run(options, world)
    guard let model = run.model, let last = run.records.last else { return }
    var plain = 0.0
    func prediction(_ row: Int, _ column: Int) -> Double {
      (0..<5).reduce(0) {
        $0 + Double(model.rowFactors[5 * row + $1]) * Double(model.columnFactors[5 * column + $1])
      }
    }
    for row in 0..<Self.sample.rows {
      for column in 0..<Self.sample.columns { plain += pow(prediction(row, column), 2) }
    }
    for rating in Self.sample.ratings {
      let value = prediction(Int(rating.row), Int(rating.column))
      plain += Double(1 + 2 * rating.value) * pow(1 - value, 2) - pow(value, 2)
    }
    let squares = { (factors: [Float]) in factors.reduce(0) { $0 + Double($1) * Double($1) } }
    plain += 0.05 * squares(model.rowFactors) + 0.02 * squares(model.columnFactors)
    XCTAssertEqual(last.loss, plain, accuracy: 1e-4 * plain)
  }

  func testFindsALowRankMatrix() throws {
    var sample = SkewedRatings(rows: 120, columns: 60, count: 4000, seed: 9)
    for index in sample.ratings.indices {
      let (row, column) = (Double(sample.ratings[index].row), Double(sample.ratings[index].column))
      sample.ratings[index].value = Float(
        sin(row) * cos(2 * column) + cos(3 * row) * sin(column) + 0.5 * sin(5 * row + column))
    }
    var options = Self.options
    options.hasBiases = false
    options.hasGlobalMean = false
    options.epochs = 60
    options.regularization = Regularization(rows: 1e-6, isWeighted: true)
    let records = try run(options, sample: sample, world).records
    XCTAssertLessThan(records[options.epochs].trainRMSE, 1e-3)
  }
}

/// The columns that are best given the rows of a model, by dense matrices in double precision.
private struct PlainColumns {
  let model: Model
  let sample: SkewedRatings
  let options: TrainingOptions
  let degrees: [Int]

  init(_ model: Model, _ sample: SkewedRatings, _ options: TrainingOptions) {
    self.model = model
    self.sample = sample
    self.options = options
    var degrees = [Int](repeating: 0, count: sample.columns)
    for rating in sample.ratings { degrees[Int(rating.column)] += 1 }
    self.degrees = degrees
  }

  func solution(forColumn column: Int) -> [Double] {
    let factors = options.factors
    let unknowns = factors + (options.hasBiases ? 1 : 0)
    var matrix = [[Double]](
      repeating: [Double](repeating: 0, count: unknowns + 1), count: unknowns)
    func add(_ row: Int, weight: Double, target: Double) {
      var vector = model.rowFactors[factors * row..<factors * (row + 1)].map { Double($0) }
      if options.hasBiases { vector.append(1) }
      vector.append(target)
      for left in 0..<unknowns {
        for right in 0...unknowns { matrix[left][right] += weight * vector[left] * vector[right] }
      }
    }
    let absentWeight =
      options.loss is ImplicitLoss
      ? 1 : Double((options.loss as? SquaredAllLoss)?.absentWeight ?? 0)
    for row in 0..<sample.rows { add(row, weight: absentWeight, target: 0) }
    for rating in sample.ratings where Int(rating.column) == column {
      let row = Int(rating.row)
      // In place of the cell's zero that was added above.
      add(row, weight: -absentWeight, target: 0)
      if let loss = options.loss as? ImplicitLoss {
        add(row, weight: 1 + Double(loss.confidence) * Double(rating.value), target: 1)
      } else {
        let mean = model.description.globalMean ?? 0
        add(
          row, weight: 1, target: Double(rating.value) - mean - Double(model.rowBiases?[row] ?? 0))
      }
    }
    let count = options.regularization.isWeighted ? Double(degrees[column]) : 1
    for unknown in 0..<unknowns {
      let penalty =
        unknown < factors
        ? options.regularization.columns : options.regularization.columnBiases
      matrix[unknown][unknown] += count * Double(penalty)
    }
    return Self.eliminated(&matrix)
  }

  /// Gauss–Jordan elimination of a positive definite system with its right-hand side behind it.
  private static func eliminated(_ matrix: inout [[Double]]) -> [Double] {
    for pivot in matrix.indices {
      let inverse = 1 / matrix[pivot][pivot]
      for place in matrix[pivot].indices { matrix[pivot][place] *= inverse }
      for row in matrix.indices where row != pivot {
        let factor = matrix[row][pivot]
        for place in matrix[row].indices { matrix[row][place] -= factor * matrix[pivot][place] }
      }
    }
    return matrix.compactMap(\.last)
  }
}
