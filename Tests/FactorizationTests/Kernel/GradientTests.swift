import Factorization
import Foundation
import SerialReplay
import XCTest

/// The objective and its gradient against formulas that know nothing of blocks, over every single cell.
final class GradientTests: XCTestCase {
  func testTheObjectiveIsThatOfEveryCell() {
    for objective in Self.objectives {
      let expected = objective.value(Parameters(SequentialTraining(objective.problem), objective))
      XCTAssertEqual(
        SequentialTraining(objective.problem).objective, expected, accuracy: 1e-5 * abs(expected),
        objective.name)
    }
  }

  /// To first order an epoch of steps of size ε moves all parameters by −ε∇.
  func testAnEpochOfSmallStepsGoesAgainstTheGradient() {
    for objective in Self.objectives {
      let step = 1e-4
      let training = SequentialTraining(objective.problem)
      let start = Parameters(training, objective)
      _ = training.train(epoch: 1, stepSize: Float(step))
      let end = Parameters(training, objective)
      let gradient = start.gradient(of: objective)
      var (distance, norm) = (0.0, 0.0)
      for index in gradient.indices {
        let moved = (end.numbers[index] - start.numbers[index]) / step
        distance += (moved + gradient[index]) * (moved + gradient[index])
        norm += gradient[index] * gradient[index]
      }
      XCTAssertLessThan(
        distance.squareRoot(), 0.03 * norm.squareRoot(), objective.name)
    }
  }

  private static var objectives: [Objective] {
    var parameters = LossKind.Parameters()
    parameters.huberBend = 0.7
    parameters.absentWeight = 0.3
    parameters.confidence = 0.7
    var objectives: [Objective] = []
    for kind in LossKind.allCases {
      for isWeighted in [true, false] {
        for absolute in [0, 0.2] as [Float] {
          for constraint in Constraint.allCases {
            objectives.append(
              Objective(
                kind, kind.loss(parameters), isWeighted: isWeighted, absolute: absolute, constraint)
            )
          }
        }
      }
    }
    return objectives
  }
}

/// A small problem, and its objective as Docs/algorithm.md states it.
private struct Objective {
  let kind: LossKind
  let problem: SerialReplay.Problem

  var name: String { "\(problem.loss), \(problem.regularization)" }

  /// Every third cell of a small matrix is observed; one row and one column have no rating.
  init(
    _ kind: LossKind, _ loss: any Loss, isWeighted: Bool, absolute: Float, _ constraint: Constraint
  ) {
    self.kind = kind
    var ratings: [Rating] = []
    for row in 0..<10 as Range<UInt32> where row != 4 {
      for column in 0..<8 as Range<UInt32> where column != 6 && (row + 2 * column) % 3 == 0 {
        let sign: Float = (row + column) % 2 == 0 ? 1 : -1
        let value = kind == .logistic ? sign : Float(1 + (row * column) % 4)
        ratings.append(Rating(row: row, column: column, value: value))
      }
    }
    var regularization = Regularization(
      rows: 0.5, columns: 0.2, rowBiases: 0.1, columnBiases: 0.3, isWeighted: isWeighted)
    regularization.absolute = absolute
    regularization.constraint = constraint
    let hasBiases = loss.allowsBiases && constraint == .none
    problem = SerialReplay.Problem(
      ratings: ratings, rows: 10, columns: 8, blocks: 3, factors: 3, hasBiases: hasBiases,
      loss: loss, regularization: regularization, schedule: .wor, seed: 3,
      mean: hasBiases ? 0.3 : 0, center: (0.6, 0.5), deviation: 0.1, tileBytes: 1 << 10)
  }

  func value(_ parameters: Parameters) -> Double {
    var observed: [Int: Double] = [:]
    for rating in problem.ratings {
      observed[Int(rating.row) * problem.columns + Int(rating.column)] = Double(rating.value)
    }
    var sum = 0.0
    for row in 0..<problem.rows {
      for column in 0..<problem.columns {
        let prediction = parameters.prediction(row, column)
        sum += cost(observed[row * problem.columns + column], prediction)
      }
    }
    let lambda = problem.regularization
    for (rows, degrees) in [(true, problem.degrees.rows), (false, problem.degrees.columns)] {
      for (index, degree) in degrees.enumerated() {
        let (vector, bias) = rows ? parameters.row(index) : parameters.column(index)
        let weight = lambda.isWeighted ? Double(degree) : degree > 0 ? 1 : 0
        let squares = vector.reduce(0) { $0 + $1 * $1 }
        let magnitudes = vector.reduce(0) { $0 + abs($1) }
        sum +=
          weight
          * (Double(rows ? lambda.rows : lambda.columns) * squares
            + Double(rows ? lambda.rowBiases : lambda.columnBiases) * bias * bias
            + Double(lambda.absolute) * magnitudes)
      }
    }
    return sum
  }

  private func cost(_ value: Double?, _ p: Double) -> Double {
    switch kind {
    case .squared: return value.map { ($0 - p) * ($0 - p) } ?? 0
    case .implicit:
      return value.map { (1 + 0.7 * $0) * (1 - p) * (1 - p) } ?? p * p
    case .squaredAll: return value.map { ($0 - p) * ($0 - p) } ?? 0.3 * p * p
    case .gkl: return value.map { $0 * log($0 / p) - $0 + p } ?? p
    case .logistic: return value.map { log(1 + exp(-$0 * p)) } ?? 0
    case .poisson: return value.map { exp(p) - $0 * p + $0 * log($0) - $0 } ?? 0
    case .huber:
      guard let error = value.map({ abs($0 - p) }) else { return 0 }
      return error <= 0.7 ? error * error : 0.7 * (2 * error - 0.7)
    }
  }
}

/// All factors and biases in one array.
private struct Parameters {
  var numbers: [Double] = []
  private let rows: Int
  private let factors: Int
  private let mean: Double

  init(_ training: SequentialTraining, _ objective: Objective) {
    let problem = objective.problem
    rows = problem.rows
    factors = problem.factors
    mean = Double(problem.mean)
    for (vector, bias) in (0..<problem.rows).map({ training.row($0) })
      + (0..<problem.columns).map({ training.column($0) })
    {
      numbers += vector.map { Double($0) } + [Double(bias)]
    }
  }

  func row(_ index: Int) -> (factors: [Double], bias: Double) {
    let start = index * (factors + 1)
    return (Array(numbers[start..<start + factors]), numbers[start + factors])
  }

  func column(_ index: Int) -> (factors: [Double], bias: Double) { row(rows + index) }

  func prediction(_ row: Int, _ column: Int) -> Double {
    let (w, h) = (self.row(row), self.column(column))
    return zip(w.factors, h.factors).reduce(mean + w.bias + h.bias) { $0 + $1.0 * $1.1 }
  }

  /// By finite differences; 0 for what is not trained.
  func gradient(of objective: Objective) -> [Double] {
    numbers.indices.map { index in
      let (vector, place) = index.quotientAndRemainder(dividingBy: factors + 1)
      let degrees = objective.problem.degrees
      let degree = vector < rows ? degrees.rows[vector] : degrees.columns[vector - rows]
      let isBias = place == factors
      if degree == 0 || (isBias && !objective.problem.hasBiases) { return 0 }
      var (up, down) = (self, self)
      let h = 1e-5
      up.numbers[index] += h
      down.numbers[index] -= h
      return (objective.value(up) - objective.value(down)) / (2 * h)
    }
  }
}
