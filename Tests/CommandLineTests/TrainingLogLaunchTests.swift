import Factorization
import Foundation
import XCTest

/// What a run tells: the table, the training log, and the result in `model.json`.
final class TrainingLogLaunchTests: LaunchTestCase {
  private var ratings = ""
  private var test = ""
  private static let options = ["--factors", "8", "--epochs", "6", "--blocks", "8"]

  override func setUpWithError() throws {
    try super.setUpWithError()
    ratings = try write(skewedRatings(rows: 90, columns: 40, count: 2500), to: "ratings.tsv")
    test = try write(
      skewedRatings(rows: 100, columns: 45, count: 300, seed: 12), to: "test.tsv")
  }

  func testTheLogHasARecordForEachEpoch() throws {
    for ranks in [1, 2] {
      try train(ratings, Self.options + ["--test", test, "--force"], ranks: ranks)
      let records = try log()
      XCTAssertEqual(records.map { $0["epoch"] as? Int }, [0, 1, 2, 3, 4, 5, 6])
      for record in records { try check(record, ranks: ranks) }
      let elapsed = try records.map { try XCTUnwrap($0["elapsedSeconds"] as? Double) }
      XCTAssertEqual(elapsed, elapsed.sorted())
      let losses = try records.map { try XCTUnwrap($0["loss"] as? Double) }
      XCTAssertLessThan(try XCTUnwrap(losses.last), try XCTUnwrap(losses.first))
    }
  }

  private func check(_ record: [String: Any], ranks: Int) throws {
    let spreads = [
      "computeSeconds", "rotationSeconds", "waitingSeconds", "lossSeconds", "bytesSent",
    ]
    let figures = [
      "loss", "trainRMSE", "testRMSE", "stepSize", "elapsedSeconds", "epochSeconds",
      "ratingsPerSecond",
    ]
    XCTAssertEqual(Set(record.keys), Set(spreads + figures + ["epoch", "isUndone", "hasDiverged"]))
    XCTAssertEqual(record["isUndone"] as? Bool, false)
    XCTAssertEqual(record["hasDiverged"] as? Bool, false)
    let isTrained = record["epoch"] as? Int != 0
    for name in figures {
      let figure = try XCTUnwrap(record[name] as? Double, name)
      XCTAssertGreaterThanOrEqual(figure, 0, name)
      if isTrained { XCTAssertGreaterThan(figure, 0, name) }
    }
    for name in spreads {
      let spread = try XCTUnwrap(record[name] as? [String: Double], name)
      XCTAssertEqual(spread.keys.sorted(), ["maximum", "mean", "minimum"], name)
      let (low, mean, high) = (spread["minimum"], spread["mean"], spread["maximum"])
      XCTAssertLessThanOrEqual(low ?? .nan, (mean ?? .nan) * (1 + 1e-9), name)
      XCTAssertLessThanOrEqual(mean ?? .nan, (high ?? .nan) * (1 + 1e-9), name)
    }
    let sent = (record["bytesSent"] as? [String: Double])?["minimum"]
    if isTrained && ranks > 1 {
      // Vectors of 8 factors, without biases, once around.
      XCTAssertGreaterThan(sent ?? 0, 100)
      XCTAssertGreaterThan((record["computeSeconds"] as? [String: Double])?["minimum"] ?? 0, 0)
    } else if ranks == 1 {
      XCTAssertEqual(sent, 0)
    }
  }

  func testTheTableHasALineForEachEpoch() throws {
    let outcome = try StratumProgram.run(
      ["train", ratings, "--output", path("model")] + Self.options, ranks: 3)
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(outcome.sentences, [])
    XCTAssertTrue(outcome.lines[0].hasPrefix("2,500 ratings of 90 rows and 40 columns"))
    XCTAssertTrue(outcome.lines[1].hasPrefix("8 factors, 8 × 8 blocks on 3 ranks × "))
    let table = outcome.lines.drop { !$0.hasPrefix("epoch ") }
    let epochs = table.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    XCTAssertEqual(epochs, [0, 1, 2, 3, 4, 5, 6])
    XCTAssertEqual(outcome.lines.last, "model in \(path("model"))")
  }

  func testQuietPrintsNothingAndLogsAllTheSame() throws {
    let outcome = try StratumProgram.run(
      ["train", ratings, "--output", path("model"), "--quiet", "--log", path("log")] + Self.options,
      ranks: 2)
    XCTAssertEqual(outcome.status, 0)
    XCTAssertEqual(outcome.output, "")
    XCTAssertEqual(outcome.errors, "")
    XCTAssertEqual(try log("log").count, 7)
    XCTAssertFalse(FileManager.default.fileExists(atPath: path("model.log.jsonl")))
  }

  /// A disk that is full when hours of training are done must not cost the model.
  func testTrainingOutlivesItsLog() throws {
    let outcome = try StratumProgram.run(
      ["train", ratings, "--output", path("model"), "--quiet", "--log", "/dev/full"] + Self.options,
      ranks: 2)
    XCTAssertEqual(
      outcome.sentences,
      ["stratum: /dev/full: the training log cannot be written any more: it ends here"])
    XCTAssertEqual(outcome.status, 0)
    XCTAssertNoThrow(try Model(directory: path("model")))
  }

  func testToleranceAndTimeLimitStopEarlyAndSaySo() throws {
    let cases = [
      (["--tolerance", "0.5"], "converged"), (["--time-limit", "0.000001"], "time-limit"),
      ([], "epochs"),
    ]
    for (options, reason) in cases {
      let model = try train(
        ratings, ["--factors", "8", "--epochs", "12", "--force"] + options, ranks: 2)
      let result = model.description.result
      XCTAssertEqual(result.stopReason, reason)
      if reason == "epochs" {
        XCTAssertEqual(result.epochs, 12)
      } else {
        XCTAssertLessThan(result.epochs, 12)
      }
      XCTAssertEqual(try log().count, result.epochs + 1)
    }
  }

  func testTheResultIsWhatEvaluateMeasures() throws {
    for options in [["--test", test], ["--test", test, "--no-clip"]] {
      let result = try train(ratings, Self.options + options + ["--force"]).description.result
      let training = try evaluate(path("model"), ratings, "--no-clip")
      XCTAssertEqual(try XCTUnwrap(training["rmse"] as? Double), result.trainRMSE, accuracy: 1e-5)
      let testing = try evaluate(path("model"), test)
      XCTAssertEqual(
        try XCTUnwrap(testing["knownRMSE"] as? Double), try XCTUnwrap(result.testRMSE),
        accuracy: 1e-5)
      XCTAssertLessThan(try XCTUnwrap(testing["knownRatings"] as? Int), 300)
    }
  }

  /// Where no test rating is of a known row and column, there is no test RMSE rather than a zero.
  func testNoTestRatingsNoTestRMSE() throws {
    let strange = try write("1000\t1\t3\n1\t1000\t3\n", to: "strange.tsv")
    let model = try train(ratings, Self.options + ["--test", strange])
    XCTAssertNil(model.description.result.testRMSE)
    XCTAssertTrue(try log().allSatisfy { $0["testRMSE"] == nil })
  }

  func testTheToolTrainsWithoutALauncher() throws {
    let options = Self.options + ["--test-fraction", "0.1"]
    let alone = try train(ratings, options, ranks: nil, output: "alone")
    XCTAssertEqual(alone, try train(ratings, options, ranks: 3, output: "together"))
    XCTAssertEqual(
      try contents().keys.filter { !$0.contains("/") }.sorted(),
      [
        "alone", "alone.log.jsonl", "ratings.tsv", "test.tsv", "together", "together.log.jsonl",
      ])
  }
}
