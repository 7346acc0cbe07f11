import Factorization
import Foundation
import XCTest

/// Training finds what is known to be there, also where the matrix has an awkward shape.
final class RecoveryLaunchTests: LaunchTestCase {
  /// Ratings as lines of text, rows and columns from 1.
  private func text(_ ratings: [(row: Int, column: Int, value: Double)]) -> String {
    ratings.map { "\($0.row)\t\($0.column)\t\($0.value)\n" }.joined()
  }

  private func cells(_ rows: Int, _ columns: Int) -> [(row: Int, column: Int)] {
    (1...rows).flatMap { row in (1...columns).map { (row, $0) } }
  }

  /// V = W·H with three factors, of which 60 % are shown, is found in the cells that are not shown.
  func testAnExactLowRankMatrix() throws {
    var generator = SplitMix64(seed: 3)
    func vector() -> [Double] { (0..<3).map { _ in 2 * generator.nextUniform() - 1 } }
    let rows = (0..<60).map { _ in vector() }
    let columns = (0..<50).map { _ in vector() }
    let all = cells(60, 50).map { row, column in
      (row, column, zip(rows[row - 1], columns[column - 1]).reduce(0) { $0 + $1.0 * $1.1 })
    }
    let shown = all.map { _ in generator.nextUniform() < 0.6 }
    let file = try write(text(zip(all, shown).filter(\.1).map(\.0)), to: "ratings.tsv")
    let rest = try write(text(zip(all, shown).filter { !$0.1 }.map(\.0)), to: "rest.tsv")
    let model = try train(
      file,
      [
        "--no-biases", "--no-global-mean", "--regularization", "0", "--factors", "3",
        "--epochs", "100", "--test", rest,
      ])
    XCTAssertLessThan(model.description.result.trainRMSE, 1e-5)
    XCTAssertLessThan(try XCTUnwrap(model.description.result.testRMSE), 1e-5)
    XCTAssertNil(model.rowBiases)
    XCTAssertNil(model.description.globalMean)
  }

  /// Black and white fields, half of them shown: one factor explains all.
  func testACheckerboard() throws {
    let fields = cells(32, 32).map { ($0.row, $0.column, ($0.row + $0.column) % 2 == 0 ? 1.0 : 5) }
    let file = try write(text(fields), to: "ratings.tsv")
    let model = try train(
      file,
      ["--factors", "2", "--epochs", "60", "--regularization", "0.001", "--test-fraction", "0.5"])
    XCTAssertLessThan(try XCTUnwrap(model.description.result.testRMSE), 0.05)
  }

  func testMoreBlocksThanRatings() throws {
    let ratings = (1...9).map { ($0, 1 + $0 * $0 % 5, Double($0)) }
    let file = try write(text(ratings), to: "ratings.tsv")
    let model = try train(
      file, ["--blocks", "40", "--factors", "4", "--regularization", "0", "--epochs", "60"])
    XCTAssertEqual(model.description.training.blocks, 40)
    XCTAssertLessThan(model.description.result.trainRMSE, 1e-4)
  }

  /// Rows and columns that are declared and have no rating keep zero vectors: the prediction is the mean.
  func testEmptyRowsAndColumns() throws {
    let entries = skewedRatings(rows: 7, columns: 5, count: 60, separator: " ")
    let file = try write(
      "%%MatrixMarket matrix coordinate real general\n12 9 60\n" + entries, to: "matrix.mtx")
    let model = try train(file, ["--factors", "3"], ranks: 3)
    XCTAssertEqual(model.description.rows, 12)
    XCTAssertEqual(model.description.columns, 9)
    XCTAssertEqual(Array(model.rowFactors[(11 * 3)...]), [0, 0, 0])
    XCTAssertEqual(Array(model.columnFactors[(8 * 3)...]), [0, 0, 0])
    XCTAssertEqual(model.rowBiases?[11], 0)
    XCTAssertEqual(model.columnBiases?[8], 0)
    XCTAssertEqual(
      model.prediction(row: 11, column: 8), Float(model.description.ratings.mean), accuracy: 1e-6)
  }

  func testOneUser() throws {
    let ratings = (1...20).map { (1, $0, Double(1 + $0 % 5)) }
    let file = try write(text(ratings), to: "ratings.tsv")
    let model = try train(
      file, ["--factors", "4", "--regularization", "0", "--epochs", "60"], ranks: 1)
    XCTAssertEqual(model.rowIdentifiers.count, 1)
    XCTAssertLessThan(model.description.result.trainRMSE, 1e-4)
  }

  /// A cell that is rated twice is learned as the mean of both.
  func testDuplicates() throws {
    let ratings = cells(6, 6).flatMap { [($0.row, $0.column, 2.0), ($0.row, $0.column, 4.0)] }
    let file = try write(text(ratings), to: "ratings.tsv")
    let model = try train(
      file,
      [
        "--factors", "2", "--regularization", "0", "--epochs", "60", "--step", "exponential",
        "--step-decay", "0.95", "--initial-step", "0.02",
      ])
    XCTAssertEqual(model.description.ratings.count, 72)
    for (row, column) in cells(6, 6) {
      XCTAssertEqual(model.prediction(row: row - 1, column: column - 1), 3, accuracy: 0.2)
    }
  }

  func testMoreRanksThanColumns() throws {
    let ratings = cells(12, 2).map { ($0.row, $0.column, Double(($0.row * $0.column) % 5)) }
    let file = try write(text(ratings), to: "ratings.tsv")
    let options = ["--blocks", "6", "--factors", "4", "--regularization", "0", "--epochs", "60"]
    let model = try train(file, options, ranks: 4)
    XCTAssertLessThan(model.description.result.trainRMSE, 1e-4)
    XCTAssertEqual(try train(file, options, ranks: 1, output: "other"), model)
  }
}
