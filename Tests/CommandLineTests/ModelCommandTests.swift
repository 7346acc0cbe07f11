import Factorization
import Foundation
import XCTest

/// `evaluate`, `predict` and `recommend` as a user calls them, on a model small enough for mental
/// arithmetic: 3 users, 4 films, prediction 3 + b_i + b_j + w_i · h_j, range 1 to 5.
final class ModelCommandTests: XCTestCase {
  private var directory = ""

  private func path(_ name: String) -> String { "\(directory)/\(name)" }

  private func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
    return path(name)
  }

  override func setUpWithError() throws {
    directory =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("stratum-commands-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: false)
    try model(rows: .integers([10, 20, 30])).write(to: path("model"))
  }

  private func model(rows: Identifiers) -> Model {
    Model(
      description: ModelDescription(
        stratumVersion: "0.1.0", rows: 3, columns: 4, factors: 2, hasBiases: true, globalMean: 3,
        ratings: ModelDescription.Ratings(count: 9, mean: 3, minimum: 1, maximum: 5), clip: true,
        training: ModelDescription.Training(
          loss: "squared",
          regularization: Regularization(
            rows: 0, columns: 0, rowBiases: 0, columnBiases: 0, isWeighted: true),
          step: ModelDescription.Step(policy: "constant", initialSize: 0.5), schedule: "wor",
          blocks: 1, tileBytes: 1 << 19, seed: 1, initialDeviation: 1,
          lossPass: "running", epochs: 1, tolerance: 0, rollsBack: true),
        result: ModelDescription.Result(
          epochs: 1, stopReason: "epochs", loss: 1, trainRMSE: 1)),
      rowFactors: [1, 0, 0, 1, 2, 2], columnFactors: [0.5, 0, 0, 0.5, -1, 1, 0.5, 0],
      rowBiases: [0.25, 0, -0.5], columnBiases: [0, 0.5, 0, 0],
      rowIdentifiers: rows,
      columnIdentifiers: .strings(["Alien", "Brazil", "C \"3\"", "Diva"]))
  }

  override func tearDownWithError() throws {
    try FileManager.default.removeItem(atPath: directory)
  }

  // MARK: - evaluate

  /// Predictions: 3.75, 3.5 + 0.5 = 4, unknown row 3, unknown column 2.5.
  private let ratings = "user,film,stars\n10,Alien,4.75\n20,Brazil,3\n99,Alien,5\n30,Elf,2.5\n"

  func testEvaluateCountsAndMeasures() throws {
    let file = try write(ratings, to: "ratings.csv")
    let outcome = try StratumProgram.run("evaluate", path("model"), file, "--format", "json")
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    let report = try XCTUnwrap(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    XCTAssertEqual(report["ratings"] as? Int, 4)
    XCTAssertEqual(report["knownRatings"] as? Int, 2)
    XCTAssertEqual(report["ratingsOfUnknownRows"] as? Int, 1)
    XCTAssertEqual(report["ratingsOfUnknownColumns"] as? Int, 1)
    XCTAssertEqual(report["knownRMSE"] as? Double, 1)
    XCTAssertEqual(report["knownMAE"] as? Double, 1)
    XCTAssertEqual(try XCTUnwrap(report["rmse"] as? Double), 1.5.squareRoot(), accuracy: 1e-12)
    XCTAssertEqual(report["mae"] as? Double, 1)

    let unknown = try write("99,Elf,2.5\n", to: "unknown.csv")
    let none = try StratumProgram.run("evaluate", path("model"), unknown, "--format", "json")
    XCTAssertTrue(none.output.contains("\"knownRMSE\":null"), none.output)
    XCTAssertEqual(none.status, 1)
    XCTAssertEqual(
      none.errors,
      "stratum: \(unknown): the model knows row and column of no rating here, so its factors were not "
        + "tested: check that the file is of the same data, and its layout\n")

    let text = try StratumProgram.run("evaluate", path("model"), file).lines
    XCTAssertEqual(text[0], "ratings                     4")
    XCTAssertEqual(text[4], "RMSE over all               1.224745")
    XCTAssertEqual(text[8], "unknown predicted by        the mean and the known bias")
    XCTAssertEqual(text[9], "predictions clipped         to 1.0...5.0")
  }

  // MARK: - predict

  func testPredictKeepsTheOrderAndIgnoresFurtherColumns() throws {
    let file = try write("30\tDiva\t1\tx\n10\tAlien\t1\tx\n99\tBrazil\t1\tx\n", to: "pairs.tsv")
    let outcome = try StratumProgram.run("predict", path("model"), file)
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(outcome.lines, ["30\tDiva\t3.5", "10\tAlien\t3.75", "99\tBrazil\t3.5"])
    XCTAssertTrue(outcome.errors.contains("1 of 3 pairs"), outcome.errors)
  }

  func testPredictTellsOfAFirstLineThatMayBeAHeader() throws {
    try model(rows: .strings(["ann", "bob", "cid"])).write(to: path("words"))
    let file = try write("user,film\nbob,Brazil\nann,Elf\n", to: "pairs.csv")
    let hint =
      "stratum: the first pair is the only one of which the model knows neither side: if that line "
      + "is a header, give --header\n"
    let outcome = try StratumProgram.run("predict", path("words"), file)
    XCTAssertEqual(outcome.lines, ["user\tfilm\t3.0", "bob\tBrazil\t4.0", "ann\tElf\t3.25"])
    XCTAssertTrue(outcome.errors.hasSuffix(hint), outcome.errors)
    let told = try StratumProgram.run("predict", path("words"), file, "--header")
    XCTAssertEqual(told.lines, ["bob\tBrazil\t4.0", "ann\tElf\t3.25"])
    for arguments in [
      [try write("user,film\nbob,Brazil\ndan,Elf\n", to: "two.csv")], [file, "--no-header"],
    ] {
      let outcome = try StratumProgram.run(["predict", path("words")] + arguments)
      XCTAssertEqual(outcome.lines.count, 3)
      XCTAssertFalse(outcome.errors.contains("--header"), outcome.errors)
    }
  }

  func testPredictWritesJSONLinesToAFile() throws {
    let file = try write("30,\"C \"\"3\"\"\"\n10,Alien\n", to: "pairs.csv")
    let outcome = try StratumProgram.run(
      "predict", path("model"), file, "--no-header", "--format", "json", "--output",
      path("out.jsonl"))
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(outcome.output, "")
    XCTAssertEqual(
      try String(contentsOfFile: path("out.jsonl"), encoding: .utf8),
      """
      {"row":30,"column":"C \\"3\\"","prediction":2.5}
      {"row":10,"column":"Alien","prediction":3.75}

      """)
    XCTAssertEqual(
      try FileManager.default.contentsOfDirectory(atPath: directory).sorted(),
      ["model", "out.jsonl", "pairs.csv"])
  }

  func testPredictOfOnePairAndClipping() throws {
    XCTAssertEqual(
      try StratumProgram.run("predict", path("model"), "--row", "20", "--column", "Brazil").lines,
      ["20\tBrazil\t4.0"])
    XCTAssertEqual(
      try StratumProgram.run("predict", path("model"), "--row", "-5", "--column", "Brazil").lines,
      ["-5\tBrazil\t3.5"])
    let unclipped = try StratumProgram.run(
      "predict", path("model"), "--row", "7", "--column", "x", "--no-clip", "--format", "json")
    XCTAssertEqual(unclipped.lines, ["{\"row\":\"7\",\"column\":\"x\",\"prediction\":3.0}"])
    XCTAssertTrue(unclipped.errors.contains("1 of 1 pairs"))
  }

  // MARK: - recommend

  /// User 10: 3.75, 3.75, 2.25, 3.75; user 20: 3, 4, 4, 3; user 30: 3.5, 4, 2.5, 3.5.
  func testRecommendNamesTheBestInOrder() throws {
    let outcome = try StratumProgram.run(
      "recommend", path("model"), "--rows", "30,10", "--top", "3")
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(
      outcome.lines,
      [
        "30\tBrazil\t4.0", "30\tAlien\t3.5", "30\tDiva\t3.5",
        "10\tAlien\t3.75", "10\tBrazil\t3.75", "10\tDiva\t3.75",
      ])
  }

  func testRecommendLeavesOutWhatWasSeen() throws {
    let seen = try write("user\tfilm\tstars\n20\tBrazil\t5\n10\tAlien\t3\n", to: "seen.tsv")
    let more = try write("30\tBrazil\n30\tAlien\n30\tElf\n77\tDiva\n", to: "more.tsv")
    let outcome = try StratumProgram.run(
      "recommend", path("model"), "--all-rows", "--top", "1", "--exclude", seen, "--exclude", more,
      "--format", "json")
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(
      outcome.lines,
      [
        "{\"row\":10,\"recommendations\":[{\"column\":\"Brazil\",\"prediction\":3.75}]}",
        "{\"row\":20,\"recommendations\":[{\"column\":\"C \\\"3\\\"\",\"prediction\":4.0}]}",
        "{\"row\":30,\"recommendations\":[{\"column\":\"Diva\",\"prediction\":3.5}]}",
      ])
  }

  func testUnknownRowsAreWarnedOfAndLeftOut() throws {
    let rows = try write("20\n\n  99 \n", to: "rows")
    let outcome = try StratumProgram.run(
      "recommend", path("model"), "--rows-file", rows, "--top", "1")
    XCTAssertEqual(outcome.status, 0)
    XCTAssertEqual(outcome.lines, ["20\tBrazil\t4.0"])
    XCTAssertEqual(outcome.errors, "stratum: the model has no row '99'; it is left out\n")

    let marked = try write("\u{FEFF}20\r\n10\r\n", to: "marked")
    let all = try StratumProgram.run(
      "recommend", path("model"), "--rows-file", marked, "--top", "1")
    XCTAssertEqual(all.lines, ["20\tBrazil\t4.0", "10\tAlien\t3.75"])
    XCTAssertEqual(all.errors, "")

    let negative = try StratumProgram.run("recommend", path("model"), "--rows", "-5,-6")
    XCTAssertEqual(
      negative.errors.split(separator: "\n").last, "stratum: the model has none of the rows")
  }

  func testExcludingUnknownPairsOnlyIsWarnedOf() throws {
    let other = try write("1\tx\n2\ty\n", to: "other.tsv")
    let outcome = try StratumProgram.run(
      "recommend", path("model"), "--rows", "20", "--top", "1", "--exclude", other)
    XCTAssertEqual(outcome.lines, ["20\tBrazil\t4.0"])
    XCTAssertEqual(
      outcome.errors,
      "stratum: \(other): the model knows none of these pairs, so none is left out\n")
  }

  // MARK: - Launched as several processes, and failures

  func testOnlyTheFirstOfSeveralProcessesSpeaks() throws {
    for variable in ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"] {
      let later = try StratumProgram.run(
        "predict", path("model"), "--row", "20", "--column", "Brazil", environment: [variable: "2"])
      XCTAssertEqual(later.status, 0)
      XCTAssertEqual(later.output + later.errors, "")
      let first = try StratumProgram.run(
        "predict", path("model"), "--row", "20", "--column", "Brazil", environment: [variable: "0"])
      XCTAssertEqual(first.lines, ["20\tBrazil\t4.0"])
    }
    let wrong = try StratumProgram.run("predict", environment: ["OMPI_COMM_WORLD_RANK": "1"])
    XCTAssertNotEqual(wrong.status, 0)
    XCTAssertEqual(wrong.output + wrong.errors, "")
  }

  func testFailuresAreOneSentenceAndLeaveNothing() throws {
    let model = path("model")
    let pairs = try write("10\tAlien\n", to: "pairs.tsv")
    let words = try write("10\tAlien\t3\n20\tAlien\tgood\n", to: "words.tsv")
    let none = try write("\n", to: "none")
    let before = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    let cases: [([String], String)] = [
      (["evaluate", path("absent"), pairs], "\(path("absent")): there is no such model directory"),
      (["evaluate", directory, pairs], "\(directory): is not a model: it has no model.json"),
      (["evaluate", model, path("absent.tsv")], path("absent.tsv")),
      (["evaluate", model, words], "\(words):2: "),
      (["evaluate", model], "Missing expected argument '<file>'"),
      (["evaluate", model, pairs, "--colour"], "Unknown option '--colour'"),
      (["evaluate", model, pairs, "--format", "xml"], "'xml' is invalid"),
      (["evaluate", model, pairs, "--delimiter", "|"], "'|' is invalid"),
      (["predict", model], "Give either a file of pairs, or --row and --column."),
      (["predict", model, "--row", "1"], "Give both --row and --column."),
      (
        ["predict", model, pairs, "--output", path("absent/out")],
        "\(path("absent/out")): cannot be written (No such file or directory)"
      ),
      (["predict", model, pairs, "--output", directory], "is a directory: name a file to write"),
      (["recommend", model], "Give one of --rows, --rows-file and --all-rows."),
      (["recommend", model, "--rows", "10", "--top", "0"], "--top must be at least 1."),
      (["recommend", model, "--rows", "11"], "the model has no row '11'"),
      (["recommend", model, "--rows", ","], "--rows: names no rows"),
      (["recommend", model, "--rows-file", none], "\(none): names no rows"),
      (["recommend", model, "--rows-file", path("absent")], "\(path("absent")): cannot be read"),
      (["recommend", model, "--rows", "10", "--exclude", path("absent")], path("absent")),
    ]
    for (arguments, sentence) in cases {
      let outcome = try StratumProgram.run(arguments)
      XCTAssertNotEqual(outcome.status, 0, "\(arguments)")
      XCTAssertEqual(outcome.output, "", "\(arguments)")
      XCTAssertTrue(outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
      XCTAssertTrue(outcome.errors.hasPrefix("stratum: "), outcome.errors)
      XCTAssertEqual(outcome.errors.filter(\.isNewline).count, 1, outcome.errors)
    }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: directory).sorted(), before)
  }
}
