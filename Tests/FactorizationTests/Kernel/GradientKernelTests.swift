import Factorization
import Foundation
import XCTest

/// The gradient over all ratings equals the differences of the objective.
final class GradientKernelTests: XCTestCase {
  private static let mean: Float = 3

  func testTheGradientEqualsFiniteDifferences() {
    for loss in [LossKind.squared, .huber, .logistic, .poisson] {
      for isWeighted in [true, false] {
        for hasBiases in [true, false] {
          for factors in [5, 20] {
            check(loss, isWeighted: isWeighted, FactorShape(factors: factors, hasBiases: hasBiases))
          }
        }
      }
    }
  }

  private func check(_ loss: LossKind, isWeighted: Bool, _ shape: FactorShape) {
    let problem = Problem(loss, isWeighted: isWeighted, shape)
    let gradient = problem.gradient()
    XCTAssertEqual(problem.objective, gradient.cost, accuracy: 1e-5 * gradient.cost)
    for (parameters, slopes) in [
      (problem.rows.floats, gradient.rows), (problem.columns.floats, gradient.columns),
    ] {
      XCTAssertEqual(slopes.count, parameters.count)
      for index in parameters.indices where parameters[index] != 0 {
        let value = parameters[index]
        let (left, right) = (value - 0x1p-12, value + 0x1p-12)
        parameters[index] = right
        let above = problem.objective
        parameters[index] = left
        let difference = (above - problem.objective) / Double(right - left)
        parameters[index] = value
        XCTAssertEqual(
          Double(slopes[index]), difference, accuracy: 2e-3 * max(1, abs(difference)),
          "\(loss), weighted \(isWeighted), \(shape), parameter \(index)")
      }
    }
  }

  /// Some ratings, factors, and the objective in plain double precision.
  private final class Problem {
    let sample = SampleRatings(rows: 14, columns: 9, count: 60, seed: 8)
    let grid: Grid
    let loss: LossKind
    let regularization: Regularization
    let rows: FactorBlock
    let columns: FactorBlock

    init(_ loss: LossKind, isWeighted: Bool, _ shape: FactorShape) {
      grid = Grid(
        of: sample.ratings, rows: sample.rows, columns: sample.columns, blockCount: 2, seed: 1,
        shape: shape, tileBytes: 4 * shape.stride * MemoryLayout<Float>.stride)
      self.loss = loss
      regularization = Regularization(
        rows: 0.05, columns: 0.02, rowBiases: 0.01, columnBiases: 0.03, isWeighted: isWeighted)
      func random(_ count: Int, _ partition: BlockPartition, _ stream: RandomStream) -> FactorBlock
      {
        var block = FactorBlock(shape: shape, capacity: count)
        let start = InitialFactors(
          factors: shape.factors, center: 0, deviation: 0.5, seed: 2, stream: stream)
        block.initialize(0..<2, of: partition, from: start) { _ in true }
        for position in 0..<count {
          block.view.biases?[position] = 0.1 * Float(position % 7) - 0.35
        }
        return block
      }
      rows = random(sample.rows, grid.rows, .initialRowFactors)
      columns = random(sample.columns, grid.columns, .initialColumnFactors)
    }

    func gradient() -> (cost: Double, rows: [Float], columns: [Float]) {
      let blocks = sample.blocks(grid)
      let kernel = loss.loss().gradientKernel(blocks, mean: GradientKernelTests.mean)
      let rowGradient = FactorBlock(shape: rows.shape, capacity: rows.count)
      let columnGradient = FactorBlock(shape: rows.shape, capacity: columns.count)
      var cost = 0.0
      for row in 0..<2 {
        for column in 0..<2 {
          let (first, left) = (grid.rows.starts[row], grid.columns.starts[column])
          cost +=
            kernel.add(
              rowBlock: row, columnBlock: column, rows: rows.view.advanced(by: first),
              columns: columns.view.advanced(by: left),
              rowGradient: rowGradient.view.advanced(by: first),
              columnGradient: columnGradient.view.advanced(by: left)
            ).cost
        }
      }
      let penalty = eachPenalised { view, position, degree, isRow in
        regularization.addGradient(
          of: view, at: position, degree: degree, isRow: isRow,
          to: isRow ? rowGradient.view : columnGradient.view)
      }
      return (cost + penalty, Array(rowGradient.floats), Array(columnGradient.floats))
    }

    var objective: Double {
      let penalty = eachPenalised { _, _, _, _ in }
      return sample.ratings.reduce(penalty) { sum, rating in
        let row = Int(grid.rows.positions[Int(rating.row)])
        let column = Int(grid.columns.positions[Int(rating.column)])
        var prediction = Double(GradientKernelTests.mean)
        prediction += Double(rows.view.biases?[row] ?? 0)
        prediction += Double(columns.view.biases?[column] ?? 0)
        for (w, h) in zip(rows.view.vector(row), columns.view.vector(column)) {
          prediction += Double(w) * Double(h)
        }
        return sum + cost(prediction, Double(rating.value))
      }
    }

    private func cost(_ prediction: Double, _ value: Double) -> Double {
      let error = abs(value - prediction)
      return switch loss {
      case .huber where error > 1: 2 * error - 1
      case .logistic: log(1 + exp(-value * prediction))
      case .poisson: exp(prediction) - value * prediction + value * log(value) - value
      default: error * error
      }
    }

    private func eachPenalised(_ body: (FactorView, Int, Int32, Bool) -> Void) -> Double {
      var penalty = 0.0
      func add(_ view: FactorView, _ positions: [UInt32], _ degrees: [Int32], _ isRow: Bool) {
        for (position, degree) in zip(positions, degrees) {
          body(view, Int(position), degree, isRow)
          penalty += regularization.penalty(
            of: view, at: Int(position), degree: degree, isRow: isRow)
        }
      }
      add(rows.view, grid.rows.positions, sample.rowDegrees, true)
      add(columns.view, grid.columns.positions, sample.columnDegrees, false)
      return penalty
    }
  }
}
