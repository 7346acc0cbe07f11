import Foundation
import XCTest

/// What a user gets for bad input to `stratum train`, on one rank and on several: one sentence, from one
/// rank, soon; and everything on disk as it was.
final class BadInputLaunchTests: LaunchTestCase {
  private static let advice = " See 'stratum help train'."

  /// A model stands where the next is to go; its content does not matter.
  override func setUpWithError() throws {
    try super.setUpWithError()
    try FileManager.default.createDirectory(
      atPath: path("model"), withIntermediateDirectories: false)
    try write("{}", to: "model/model.json")
    try write("precious", to: "model/W.npy")
    try write(Self.ratings().joined(separator: "\n"), to: "good.tsv")
  }

  private static let lineCount = 3000

  /// Lines of ratings; of `replaced`, by line number from 1, others.
  private static func ratings(replacing replaced: [Int: String] = [:]) -> [String] {
    (1...lineCount).map { replaced[$0] ?? "\($0 % 70)\t\($0 % 31)\t\(1 + $0 % 5)" }
  }

  /// Runs `train` with the arguments, which may name an `--output` of their own, on one rank without a
  /// launcher and on three with it.
  private func assertRefused(
    _ arguments: [String], _ sentence: String, ranks: [Int?] = [nil, 3],
    file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let output = arguments.contains("--output") ? [] : ["--output", path("model"), "--force"]
    let before = try contents()
    for count in ranks {
      let outcome = try StratumProgram.run(
        ["train"] + arguments + output, ranks: count, seconds: 30)
      let name = "\(arguments) on \(count ?? 1) ranks"
      XCTAssertEqual(outcome.sentences, ["stratum: " + sentence], name, file: file, line: line)
      XCTAssertEqual(outcome.output, "", name, file: file, line: line)
      XCTAssertNotEqual(outcome.status, 0, name, file: file, line: line)
      XCTAssertLessThan(outcome.seconds, 15, name, file: file, line: line)
    }
    XCTAssertEqual(try contents(), before, "\(arguments) changed files", file: file, line: line)
  }

  // MARK: - Files

  func testFilesThatCannotBeRead() throws {
    let good = path("good.tsv")
    let absent = path("absent.tsv")
    let empty = try write("", to: "empty.tsv")
    let blank = try write("\n\n", to: "blank.tsv")
    for options in [[], [good, "--test"]] {
      try assertRefused(options + [absent], "\(absent): there is no such file: check the path")
      try assertRefused(
        options + [empty], "\(empty): the file is empty: name a file that holds ratings")
      try assertRefused(
        options + [directory], "\(directory): this is a directory: name a file of ratings in it")
    }
    try assertRefused([blank], "\(blank): the file holds no ratings: name another")
  }

  func testTruncatedGzip() throws {
    let file = try gzip(path("good.tsv"))
    let whole = try XCTUnwrap(FileManager.default.contents(atPath: file))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: file))
    try assertRefused(
      [file], "\(file): the gzip data end too early: the file is truncated; copy or fetch it again")
  }

  func testBadLineBeforeTheEndOfATruncatedGzipIsReported() throws {
    let lines = Self.ratings(replacing: [20: "1\t2\tnan"]) + Self.ratings().shuffled()
    let file = try gzip(write(lines.joined(separator: "\n"), to: "bad.tsv"))
    let whole = try XCTUnwrap(FileManager.default.contents(atPath: file))
    try whole.dropLast(20).write(to: URL(fileURLWithPath: file))
    try assertRefused(
      [file], "\(file):20: the value is NaN: leave this rating out or give it a number")
  }

  // MARK: - Lines

  private static let badLines = [
    (
      "7\t8",
      "this line has 2 columns where 3 are needed (columns are separated by tabs): complete the "
        + "line, or choose other columns or another separator"
    ),
    (
      "7\t8\tgood",
      "“good” is not a number: column 3 of the line must hold the value of the rating; correct it "
        + "or choose another column"
    ),
    ("7\t8\tnan", "the value is NaN: leave this rating out or give it a number"),
    ("7\t8\t-inf", "the value is infinite: leave this rating out or give it a finite number"),
    ("7\t8\t1e39", "the value 1e39 is beyond single precision (3.4e38): scale the values down"),
    (
      "9223372036854775808\t8\t3",
      "the row identifier 9223372036854775808 does not fit into 64 bits: use smaller integers, or "
        + "words (a letter before each number will do)"
    ),
    (
      "7\t-9223372036854775809\t3",
      "the column identifier -9223372036854775809 does not fit into 64 bits: use smaller integers, "
        + "or words (a letter before each number will do)"
    ),
  ]

  /// Near the end, so that it belongs to the last rank's part.
  func testABadLineIsNamed() throws {
    for (bad, sentence) in Self.badLines {
      let lines = Self.ratings(replacing: [2900: bad])
      let file = try write(lines.joined(separator: "\n"), to: "bad.tsv")
      try assertRefused([file], "\(file):2900: \(sentence)")
    }
  }

  /// Of several bad lines each rank finds one, and the first of the file is reported.
  func testTheFirstOfSeveralBadLinesIsNamed() throws {
    let pairs = [(700, 0, 2), (1500, 2, 1), (2800, 3, 0), (700, 5, 6), (1500, 6, 5)]
    for (line, first, second) in pairs {
      let lines = Self.ratings(
        replacing: [line: Self.badLines[first].0, 2900: Self.badLines[second].0])
      let file = try write(lines.joined(separator: "\n"), to: "bad.tsv")
      try assertRefused([file], "\(file):\(line): \(Self.badLines[first].1)")
    }
  }

  func testABadLineOfTheTestFileIsNamed() throws {
    let lines = Self.ratings(replacing: [2900: "7\t8\tnan"])
    let file = try write(lines.joined(separator: "\n"), to: "test.tsv")
    try assertRefused(
      [path("good.tsv"), "--test", file],
      "\(file):2900: the value is NaN: leave this rating out or give it a number")
  }

  func testMatrixMarketFilesThatContradictThemselves() throws {
    let header = "%%MatrixMarket matrix coordinate real general\n"
    let entries = (1...999).map { "\(1 + $0 % 70) \(1 + $0 % 31) 3" }.joined(separator: "\n")
    let short = try write(header + "70 31 1000\n" + entries, to: "short.mtx")
    try assertRefused(
      [short],
      "\(short): the size line promises 1000 entries and there are 999: the file is cut off, or its "
        + "size line is wrong")
    let wide = try write(header + "70 31 1000\n" + entries + "\n71 1 3", to: "wide.mtx")
    try assertRefused(
      [wide],
      "\(wide):1002: the row index 71 is not an integer from 1 to 70, as the size line of the Matrix "
        + "Market file promises: correct the index or the size line")
  }

  // MARK: - Ranks, blocks and ratings that do not fit

  func testMoreRanksThanRowsOrBlocks() throws {
    let file = try write("1\t1\t3\n1\t2\t4\n2\t1\t5\n", to: "small.tsv")
    try assertRefused(
      [file], "there are 3 ranks and only 2 rows: start at most 2 ranks", ranks: [3])
    try assertRefused(
      [path("good.tsv"), "--blocks", "2"],
      "--blocks 2 is too few for 3 ranks: give at least 3", ranks: [3])
    try assertRefused(
      [path("good.tsv"), "--blocks", "1025"],
      "--blocks 1025 is too many for 3000 ratings: give at most 1024")
    try assertRefused(
      [path("good.tsv"), "--blocks", "70000"],
      "--blocks 70000 is too many for 3000 ratings: give at most 1024", ranks: [nil])
  }

  func testHoldingOutAllRatings() throws {
    let file = try write("1\t1\t3\n2\t2\t4\n3\t1\t5\n", to: "small.tsv")
    try assertRefused(
      [file, "--test-fraction", "0.999999"],
      "no ratings are left to train on: give a smaller --test-fraction")
  }

  func testNegativeValuesForMultiplicativeUpdates() throws {
    let file = try write("1\t1\t3\n2\t2\t-4\n3\t1\t5\n", to: "small.tsv")
    try assertRefused(
      [file, "--solver", "multiplicative", "--non-negative"],
      "--solver multiplicative takes values that are zero or more, and the ratings are from -4.0 to 5.0: "
        + "take --solver ccd")
  }

  // MARK: - Options

  func testOptionsThatMakeNoSense() throws {
    let good = path("good.tsv")
    let cases: [([String], String)] = [
      ([good, "--frobnicate", "red"], "Unknown option '--frobnicate'."),
      ([good, "--factors", "0"], "--factors is 0, and must be from 1 to 1024."),
      ([good, "--epochs", "0"], "--epochs is 0, and must be at least 1."),
      ([good, "--blocks", "0"], "--blocks is 0, and must be at least 1."),
      ([good, "--threads", "0"], "--threads must be at least 1."),
      ([good, "--regularization", "-0.1"], "--regularization is -0.1, and must be zero or more."),
      ([good, "--regularization", "nan"], "--regularization is nan, and must be zero or more."),
      ([good, "--initial-step", "-1"], "--initial-step is -1.0, and must be more than zero."),
      ([good, "-r", "1e39"], "--regularization is 1e+39, and must be at most 3.4e38."),
      ([good, "--initial-step", "inf"], "--initial-step is inf, and must be at most 3.4e38."),
      ([good, "-r", "-1"], "--regularization is -1.0, and must be zero or more."),
      ([good, "--tolerance", "1"], "--tolerance is 1.0, and must be less than 1."),
      ([good, "--factors", "-3"], "--factors is -3, and must be from 1 to 1024."),
      ([good, "--factors", "ten"], "The value 'ten' is invalid for '--factors <factors>'."),
      ([good, "--time-limit", "0"], "--time-limit is 0.0, and must be more than zero."),
      ([good, "--test-fraction", "1.5"], "--test-fraction must lie between 0 and 1."),
      ([good, "--test", good, "--test-fraction", "0.5"], "Give either --test or --test-fraction."),
      ([good, "--synthetic", "gaussian"], "Give either a file of ratings or --synthetic."),
      (
        ["--synthetic", "gaussian", "--test", good],
        "--test goes with a file of ratings: give --test-fraction instead."
      ),
      ([], "Give either a file of ratings or --synthetic."),
      (
        [good, "--solver", "ccd", "--initial-step", "0.1"],
        "--initial-step means nothing to --solver ccd: leave it out, or take --solver dsgd."
      ),
      (
        [good, "--solver", "multiplicative"],
        "--solver multiplicative is for factors that are not negative: give --non-negative."
      ),
      (
        [good, "--solver", "psgd", "--wire", "bfloat16"],
        "--wire means nothing to --solver psgd: leave it out, or take --solver dsgd."
      ),
      (
        [good, "--solver", "lbfgs", "--adagrad"],
        "--adagrad means nothing to --solver lbfgs: leave it out, or take --solver dsgd."
      ),
      (
        [good, "--solver", "als", "--loss-pass", "running"],
        "--loss-pass running means nothing to --solver als: leave it out, or take --solver dsgd."
      ),
      (
        [good, "--solver", "sgd", "--schedule", "seq"],
        "--schedule means nothing to --solver sgd: leave it out, or take --solver dsgd."
      ),
      (
        [good, "--solver", "sgd", "--blocks", "3"],
        "--blocks 3 means nothing to --solver sgd: leave it out, or take --solver dsgd."
      ),
      (
        [good, "--solver", "sgd", "--threads", "2"],
        "--threads 2 is too many for --solver sgd, which trains on one: leave it out, or take --solver "
          + "dsgd."
      ),
      (
        [good, "--solver", "als", "--no-roll-back"],
        "--no-roll-back means nothing to --solver als: leave it out, or take --solver dsgd."
      ),
      (
        [good, "--step", "bold-driver", "--step-decay", "0.7"],
        "--step-decay means nothing to --step bold-driver: leave it out."
      ),
      (
        [good, "--no-biases", "--bias-regularization", "0.1"],
        "--bias-regularization means nothing without biases: leave it out."
      ),
      (
        [good, "--loss", "implicit", "--clip"],
        "--clip does not go with --loss implicit: its predictions are no values."
      ),
    ]
    for (arguments, sentence) in cases {
      try assertRefused(arguments, sentence + Self.advice)
    }
  }

  func testMissingOutput() throws {
    let outcome = try StratumProgram.run(["train", path("good.tsv")], ranks: 3, seconds: 30)
    XCTAssertEqual(
      outcome.sentences,
      ["stratum: Give --output, or --run-folder." + Self.advice])
    XCTAssertNotEqual(outcome.status, 0)
  }

  // MARK: - Losses

  func testOptionsThatDoNotGoTogether() throws {
    for (options, sentence) in [
      (["--huber-bend", "2"], "--huber-bend goes with --loss huber, not with --loss squared."),
      (
        ["--loss", "gkl", "--absent-weight", "2"],
        "--absent-weight goes with --loss squared-all, not with --loss gkl."
      ),
      (
        ["--loss", "gkl", "--biases"],
        "--biases does not go with --loss gkl: predictions there are w·h alone."
      ),
      (
        ["--non-negative", "--global-mean"],
        "--global-mean does not go with --non-negative: predictions there are w·h alone."
      ),
      (
        ["--loss", "poisson", "--non-negative"],
        "--non-negative does not go with --loss poisson: its predictions are logarithms."
      ),
      (["--reflect"], "--reflect goes with --non-negative or --loss gkl."),
    ] {
      try assertRefused([path("good.tsv")] + options, sentence + Self.advice, ranks: [3])
    }
  }

  func testValuesThatALossDoesNotTake() throws {
    let good = path("good.tsv")
    let negative = try write(
      Self.ratings(replacing: [7: "1\t2\t-1"]).joined(separator: "\n"), to: "negative.tsv")
    let zero = try write("1\t1\t1\n2\t2\t0\n2\t1\t-1\n3\t1\t1\n", to: "zero.tsv")
    try assertRefused(
      [good, "--loss", "logistic"],
      "--loss logistic takes the values -1 and 1 (write 0 as -1), and the ratings are from 1.0 to 5.0"
    )
    try assertRefused(
      [zero, "--loss", "logistic"],
      "--loss logistic takes the values -1 and 1 (write 0 as -1), and the ratings are from -1.0 to 1.0"
    )
    for loss in ["gkl", "poisson"] {
      try assertRefused(
        [negative, "--loss", loss],
        "--loss \(loss) takes values that are zero or more, and the ratings are from -1.0 to 5.0")
    }
    let absent = try write("1\t1\t1\n2\t2\t0\n2\t1\t3\n3\t1\t1\n", to: "absent.tsv")
    try assertRefused(
      [absent, "--loss", "implicit"],
      "--loss implicit takes values that are more than zero (leave zeros out: absent cells are zeros), "
        + "and the ratings are from 0.0 to 3.0")
    try assertRefused(
      [good, "--loss", "gkl", "--test", negative],
      "\(negative): --loss gkl takes values that are zero or more, and the ratings are from -1.0 to 5.0: "
        + "give test ratings with such values")
  }
}
