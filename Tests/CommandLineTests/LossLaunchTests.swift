import Factorization
import Foundation
import XCTest

/// What a user meets with the losses beside the squared one: that they train as they are, that the model says how,
/// and what is said of values and results that are of no use.
final class LossLaunchTests: LaunchTestCase {
  /// The running loss of an epoch whose steps went too far can look better than the one before, while the
  /// factors are ruined already.
  func testCountsAreTrainedByDefault() throws {
    let seeds: [UInt64] = [1, 2, 3, 6]
    var shares = 0.0
    for seed in seeds {
      let counts = try write(countsOfExponentials(seed: seed), to: "counts.tsv")
      let model = try train(
        counts, ["--loss", "poisson", "--seed", "\(seed)", "--threads", "1", "--force"], ranks: nil)
      let begin = try XCTUnwrap(log().first?["loss"] as? Double)
      XCTAssertLessThan(model.description.result.loss, begin, "seed \(seed)")
      shares += model.description.result.loss / begin
      XCTAssertEqual(model.description.training.lossPass, "exact")
      XCTAssertEqual(model.description.result.epochs, 12)
    }
    XCTAssertLessThan(shares / Double(seeds.count), 0.9)
  }

  func testTheModelSaysHowTheLossWasHad() throws {
    let ratings = try write(skewedRatings(rows: 60, columns: 30, count: 900), to: "ratings.tsv")
    for (solver, lossPass) in [
      ("dsgd", "running"), ("ccd", "running"), ("als", "exact"), ("psgd", "exact"),
      ("multiplicative", "exact"),
    ] {
      let model = try train(
        ratings,
        ["--solver", solver, "--factors", "4", "--epochs", "2", "--force"]
          + (solver == "multiplicative" ? ["--non-negative"] : []))
      XCTAssertEqual(model.description.training.lossPass, lossPass, solver)
    }
  }

  func testValuesThatTheLossDoesNotTakeAreNoTestOfItsModel() throws {
    let signs = try write(
      skewedRatings(rows: 60, columns: 30, count: 900, isSigned: true), to: "signs.tsv")
    try train(signs, ["--loss", "logistic", "--factors", "4", "--epochs", "2"], ranks: nil)
    let bits = try write("1\t1\t0\n2\t2\t1\n", to: "bits.tsv")
    let outcome = try StratumProgram.run("evaluate", path("model"), bits)
    XCTAssertEqual(
      outcome.sentences,
      [
        "stratum: \(bits): --loss logistic takes the values -1 and 1 (write 0 as -1), and the ratings are "
          + "from 0.0 to 1.0: give ratings with such values"
      ])
    XCTAssertEqual(outcome.output, "")
    XCTAssertEqual(outcome.status, 1)
    XCTAssertEqual(try evaluate(path("model"), signs)["ratings"] as? Int, 900)
  }

  func testFactorsThatAllEndAtZeroAreSpokenOf() throws {
    let ratings = try write(skewedRatings(rows: 60, columns: 30, count: 900), to: "ratings.tsv")
    let outcome = try StratumProgram.run(
      ["train", ratings, "--output", path("model"), "--l1", "50", "--factors", "4", "--quiet"],
      ranks: 2)
    XCTAssertEqual(
      outcome.sentences,
      [
        "stratum: the factors of all rows or of all columns ended at zero, so that predictions do not "
          + "depend on them: give a smaller --l1 or --regularization"
      ])
    XCTAssertEqual(outcome.status, 0)
  }

  func testPreferencesCanHaveFactorsThatAreNotNegative() throws {
    let ratings = try write(skewedRatings(rows: 60, columns: 30, count: 900), to: "ratings.tsv")
    let model = try train(
      ratings, ["--loss", "implicit", "--non-negative", "--factors", "4"], ranks: nil)
    XCTAssertTrue((model.rowFactors + model.columnFactors).allSatisfy { $0 >= 0 })
    XCTAssertEqual(model.description.result.epochs, 100)
    let losses = try log().compactMap { $0["loss"] as? Double }
    XCTAssertLessThan(losses[100], losses[0])
  }

  func testSequentialSGDTakesOneThreadByItself() throws {
    let ratings = try write(skewedRatings(rows: 60, columns: 30, count: 900), to: "ratings.tsv")
    let model = try train(
      ratings, ["--solver", "sgd", "--factors", "4", "--epochs", "2"], ranks: nil)
    XCTAssertEqual(model.description.training.blocks, 1)
  }
}

/// Counts of means e^(w·h / 2), of three tenths of the cells, w and h normal with three factors.
private func countsOfExponentials(seed: UInt64) -> String {
  var generator = SplitMix64(seed: seed)
  func normal() -> Double {
    let (radius, angle) = (generator.nextUniform(), generator.nextUniform())
    return (-2 * log(1 - radius)).squareRoot() * cos(2 * .pi * angle)
  }
  let (rows, columns, factors) = (300, 200, 3)
  let w = (0..<rows * factors).map { _ in normal() }
  let h = (0..<columns * factors).map { _ in normal() }
  var lines = ""
  for row in 0..<rows {
    for column in 0..<columns where generator.nextUniform() < 0.3 {
      let product = (0..<factors).reduce(0.0) {
        $0 + w[row * factors + $1] * h[column * factors + $1]
      }
      // Knuth's way to a Poisson number.
      let limit = exp(-min(700, exp(product / 2)))
      var count = 0
      var share = generator.nextUniform()
      while share > limit {
        count += 1
        share *= generator.nextUniform()
      }
      lines += "\(row)\t\(column)\t\(count)\n"
    }
  }
  return lines
}
