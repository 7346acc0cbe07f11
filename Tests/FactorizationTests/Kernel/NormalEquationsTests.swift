import Dispatch
import Factorization
import Foundation
import Synchronization
import XCTest

/// The least-squares problems of rows: what is found is best, the same on every thread, and where there is
/// nothing to find nothing is changed.
final class NormalEquationsTests: XCTestCase {
  /// A library that is not made for calls from several threads would get some of so many systems wrong.
  func testThreadsFindTheBitsOfOneAlone() {
    for factors in [10, 64] {
      let sample = LeastSquares(factors: factors, rows: 3000, ratingsOfRow: 12)
      let expected = sample.solutions()
      let solutions = Mutex<[[Float]]>([])
      let group = DispatchGroup()
      for thread in 0..<8 {
        group.enter()
        Thread.detachNewThread {
          let found = sample.solutions(beginningWith: 100 * thread)
          solutions.withLock { $0.append(found) }
          group.leave()
        }
      }
      group.wait()
      for found in solutions.withLock({ $0 }) {
        let wrong = zip(found, expected).count { $0.bitPattern != $1.bitPattern }
        XCTAssertEqual(wrong, 0, "of \(expected.count) numbers, \(factors) factors")
      }
    }
  }

  func testTheGradientIsZeroAtTheSolution() {
    for factors in [1, 5, 16, 64, 200] {
      for ratings in [3, 400] {
        let sample = LeastSquares(factors: factors, rows: 1, ratingsOfRow: ratings)
        let (gradient, scale) = sample.gradient(at: sample.solutions())
        let largest = gradient.map(abs).max() ?? 0
        XCTAssertLessThan(largest, 1e-5 * scale, "\(factors) factors, \(ratings) ratings")
      }
    }
  }

  func testOneRatingIsFittedWithoutAPenalty() {
    let sample = LeastSquares(factors: 20, rows: 1, ratingsOfRow: 1, penalty: 0)
    let (gradient, scale) = sample.gradient(at: sample.solutions())
    XCTAssertLessThan(gradient.map(abs).max() ?? 0, 1e-4 * scale)
  }

  func testNothingIsChangedWhereThereIsNoSolution() {
    for factors in [5, 64] {
      for damage: Float in [.infinity, .nan] {
        let valueIsDamaged = LeastSquares(factors: factors, rows: 1, ratingsOfRow: 3)
        valueIsDamaged.values[1] = damage
        let vectorIsDamaged = LeastSquares(factors: factors, rows: 1, ratingsOfRow: 3)
        vectorIsDamaged.columns.view.vector(Int(vectorIsDamaged.places[1]))[0] = damage
        for sample in [valueIsDamaged, vectorIsDamaged] {
          XCTAssertTrue(sample.solutions().allSatisfy { $0 == LeastSquares.start })
        }
      }
    }
  }
}

/// Rows with as many ratings each, of columns that are given.
private final class LeastSquares: @unchecked Sendable {
  // Sendable: changed before threads use it only.
  static let start: Float = 0.125

  let columns: FactorBlock
  var values: [Float]
  let places: [UInt32]
  private let rows: Int
  private let ratingsOfRow: Int
  private let penalty: Float

  private var shape: FactorShape { columns.shape }

  init(factors: Int, rows: Int, ratingsOfRow: Int, penalty: Float = 0.02) {
    self.rows = rows
    self.ratingsOfRow = ratingsOfRow
    self.penalty = penalty
    columns = FactorBlock(shape: FactorShape(factors: factors, hasBiases: true), capacity: 500)
    let numbers = CounterRandom(seed: 3, stream: .sample)
    for column in 0..<columns.count {
      for factor in 0..<factors {
        columns.view.vector(column)[factor] = Float(
          numbers.uniform(UInt32(column), UInt32(factor)) - 0.5)
      }
    }
    let ratings = 0..<UInt32(rows * ratingsOfRow)
    places = ratings.map { UInt32(500 * numbers.uniform($0, 0, 1)) }
    values = ratings.map { Float(5 * numbers.uniform($0, 0, 2)) }
  }

  /// All rows' vectors, then their biases, solved for one after the other in a circle.
  func solutions(beginningWith first: Int = 0) -> [Float] {
    let equations = NormalEquations(shape)
    let block = FactorBlock(shape: shape, capacity: rows)
    for row in 0..<rows {
      for factor in 0..<shape.factors { block.view.vector(row)[factor] = Self.start }
      block.view.biases?[row] = Self.start
    }
    guard let cells = CellWeights(SquaredLoss()) else { preconditionFailure() }
    let problem = NormalEquations.Problem(mean: 3, cells: cells, gram: nil)
    let penalty = NormalEquations.Penalty(
      Regularization(rows: penalty, isWeighted: true), degree: ratingsOfRow, isRow: true)
    for turn in 0..<rows {
      let row = (first + turn) % rows
      let range = row * ratingsOfRow..<(row + 1) * ratingsOfRow
      equations.solve(
        for: block.view.advanced(by: row), (places[range], values[range]), columns: columns.view,
        problem, penalty)
    }
    let vectors = (0..<rows).flatMap { block.view.vector($0)[0..<shape.factors] }
    return vectors + (0..<rows).map { block.view.biases?[$0] ?? 0 }
  }

  /// Minus half the gradient of the first and only row's loss, and how large its terms are.
  func gradient(at solution: [Float]) -> (gradient: [Double], scale: Double) {
    let weight = Double(penalty) * Double(ratingsOfRow)
    var gradient = solution.map { -weight * Double($0) }
    var scale = 0.0
    for (place, value) in zip(places, values) {
      let vector = columns.view.vector(Int(place))[0..<shape.factors].map { Double($0) } + [1]
      let products = zip(vector, solution).map { $0 * Double($1) }
      let error = Double(value) - 3 - products.reduce(0, +)
      for index in vector.indices { gradient[index] += error * vector[index] }
      scale += abs(Double(value) - 3)
    }
    return (gradient, scale)
  }
}
