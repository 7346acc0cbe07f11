import Factorization
import XCTest

/// The least-squares problems of rows: what is found is best.
final class NormalEquationsTests: XCTestCase {
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
}

/// Rows with as many ratings each, of columns that are given.
private final class LeastSquares {
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
