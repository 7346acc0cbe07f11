import Factorization
import Foundation
import XCTest

/// A step that is far too large: training goes back and takes a smaller one, or says what happened.
final class DivergenceLaunchTests: LaunchTestCase {
  private static let policies = ["bold-driver", "constant", "power"]
  private var ratings = ""

  override func setUpWithError() throws {
    try super.setUpWithError()
    ratings = try write(skewedRatings(rows: 80, columns: 30, count: 1500), to: "ratings.tsv")
  }

  func testADivergingEpochIsUndoneAndRepeatedAtASmallerStep() throws {
    for policy in Self.policies {
      let model = try train(
        ratings,
        ["--initial-step", "1000", "--step", policy, "--factors", "8", "--epochs", "30", "--force"])
      let records = try log()
      let undone = records.filter { $0["isUndone"] as? Bool == true }
      XCTAssertGreaterThan(undone.count, 5, policy)
      XCTAssertEqual(undone.first?["stepSize"] as? Double, 1000, policy)
      XCTAssertTrue(undone.allSatisfy { $0["epoch"] as? Int == 1 }, policy)
      XCTAssertEqual(records.count, 1 + undone.count + 30, policy)
      let begin = try XCTUnwrap(records.first?["trainRMSE"] as? Double)
      // A constant step stays at the first size that does not diverge, which is too large to learn much.
      let share = policy == "constant" ? 1.5 : 0.9
      XCTAssertLessThan(model.description.result.trainRMSE, share * begin, policy)
      XCTAssertEqual(model.description.result.epochs, 30)
    }
  }

  func testAnEpochWhoseErrorsAreHugeIsUndoneThoughTheyAreNumbers() throws {
    let outcome = try StratumProgram.run(
      [
        "train", "--synthetic", "gaussian:rows=5000,columns=1000,ratings=200000", "--output",
        path("model"), "--seed", "4", "--initial-step", "0.0036", "--factors", "10",
        "--regularization", "0.01",
        "--no-biases", "--no-global-mean", "--loss-pass", "exact", "--step", "bold-driver",
        "--epochs", "5",
      ], ranks: 1)
    XCTAssertEqual(outcome.status, 0)
    XCTAssertTrue(outcome.lines.contains { $0.hasSuffix("  diverged, undone") }, outcome.output)
    let starts = outcome.lines.filter { $0.hasPrefix("    1 ") }
    XCTAssertTrue(starts.allSatisfy { $0.split(separator: " ").count >= 11 }, "columns stand apart")
    let records = try log()
    let undone = records.filter { $0["isUndone"] as? Bool == true }
    XCTAssertGreaterThan(undone.count, 0)
    XCTAssertTrue(undone.contains { $0["trainRMSE"] is Double }, "this one had numbers")
    XCTAssertTrue(undone.allSatisfy { $0["hasDiverged"] as? Bool == true })
    let errors = try records.map { try XCTUnwrap($0["trainRMSE"] as? Double) }
    XCTAssertLessThan(try XCTUnwrap(errors.last), errors[0])
  }

  func testAMethodWithoutStepsIsNotToTakeSmallerOnes() throws {
    let huge = skewedRatings(rows: 80, columns: 30, count: 1500, lineBreak: "e30\n")
    let file = try write(huge, to: "huge.tsv")
    for solver in ["als", "ccd", "lbfgs"] {
      let outcome = try StratumProgram.run(
        ["train", file, "--output", path("model"), "--solver", solver, "--quiet"], ranks: 2)
      XCTAssertEqual(
        outcome.sentences,
        [
          "stratum: training diverged in epoch 1: give a larger --regularization, or scale the values "
            + "down"
        ], solver)
      XCTAssertNotEqual(outcome.status, 0)
    }
  }

  func testWithoutRollBackTheRunEndsWithASentenceAndNoModel() throws {
    let before = try contents()
    for policy in Self.policies {
      for ranks in [1, 3] {
        let outcome = try StratumProgram.run(
          [
            "train", ratings, "--output", path("model"), "--initial-step", "1000", "--step", policy,
            "--no-roll-back", "--quiet",
          ], ranks: ranks)
        XCTAssertEqual(
          outcome.sentences,
          [
            "stratum: training diverged in epoch 1 at step size 1000.0: give a smaller "
              + "--initial-step or a larger --regularization"
          ])
        XCTAssertNotEqual(outcome.status, 0)
        let records = try log()
        XCTAssertEqual(records.map { $0["epoch"] as? Int }, [0, 1])
        XCTAssertNotNil(records[1]["loss"] as? String, "the log tells what happened")
        XCTAssertEqual(records[1]["isUndone"] as? Bool, false)
        try FileManager.default.removeItem(atPath: path("model.log.jsonl"))
        XCTAssertEqual(try contents(), before)
      }
    }
  }
}
