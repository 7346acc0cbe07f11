import Foundation
import XCTest

/// `stratum train --checkpoint`: a run that was ended, in whatever way, is gone on with and gives the same files.
final class CheckpointLaunchTests: LaunchTestCase {
  private static let options = ["--blocks", "14", "--factors", "10", "--seed", "7"]
  private var ratings = ""

  override func setUpWithError() throws {
    try super.setUpWithError()
    ratings = try write(
      skewedRatings(rows: 150, columns: 40, count: 2500, prefix: "name "), to: "ratings.tsv")
  }

  private func arguments(_ options: [String], output: String = "model") -> [String] {
    ["train", ratings, "--output", path(output)] + Self.options + options
      + ["--checkpoint", path("saved")]
  }

  /// The model's files and the numbers of the log that do not tell of time.
  private func result(
    _ output: String = "model"
  ) throws -> (files: [String: Data], curve: [[Double?]]) {
    let numbers = ["epoch", "loss", "trainRMSE", "testRMSE", "stepSize"]
    return (
      try contents(path(output)),
      try log("\(output).log.jsonl").map { line in numbers.map { line[$0] as? Double } }
    )
  }

  private func checkpoints() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path("saved")).sorted()
  }

  /// Starts a run, does something to its ranks once some epochs are logged, and waits for its end.
  private func launch(
    _ arguments: [String], ranks: Int, afterLines lines: Int, _ act: ([Int32]) throws -> Void
  ) throws -> (status: Int32, errors: String) {
    let process = StratumProgram.process(arguments, ranks: ranks, seconds: 120)
    let errors = path("errors")
    _ = FileManager.default.createFile(atPath: errors, contents: nil)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
    try process.run()
    defer { if process.isRunning { process.terminate() } }
    try wait(60, "no epoch was logged") { self.lineCount("model.log.jsonl") >= lines }
    let found = ProcessTable.descendants(of: process.processIdentifier, named: "stratum")
    XCTAssertEqual(found.count, ranks)
    try act(found)
    try wait(60, "the job does not end") { !process.isRunning }
    return (process.terminationStatus, try String(contentsOfFile: errors, encoding: .utf8))
  }

  // MARK: Signals

  /// One rank gets a signal; all end with 75 after a checkpoint, and others go on.
  func testSignalsEndARunThatGoesOnElsewhere() throws {
    for (signal, ranks, others) in [(SIGUSR1, 3, 2), (SIGTERM, 2, 3)] {
      let endless = ["--step", "constant", "--initial-step", "0.001", "--test-fraction", "0.1"]
      let ended = try launch(
        arguments(endless + ["--epochs", "1000000", "--checkpoint-every", "1000000"]),
        ranks: ranks, afterLines: 4
      ) { XCTAssertEqual(kill($0[$0.count - 1], signal), 0) }
      XCTAssertEqual(ended.status, 75, ended.errors)
      let name = try XCTUnwrap(checkpoints().first)
      XCTAssertEqual(try checkpoints(), [name])
      let epoch = try XCTUnwrap(Int(name.dropFirst(6).prefix(5)))
      let sentence =
        "stratum: interrupted after epoch \(epoch) of 1000000: start the same command again to go on from"
        + " \(path("saved"))/\(name)"
      XCTAssert(ended.errors.contains(sentence + "\n"), ended.errors)
      XCTAssertFalse(FileManager.default.fileExists(atPath: path("model")))

      let more = endless + ["--epochs", "\(epoch + 2)"]
      let outcome = try StratumProgram.run(
        arguments(more) + ["--threads", "2"], ranks: others)
      XCTAssertEqual(outcome.status, 0, outcome.errors)
      XCTAssertEqual(
        outcome.sentences,
        [
          "stratum: continues after epoch \(epoch) of \(epoch + 2) from \(path("saved"))/\(name)"
        ])
      try train(ratings, Self.options + more + ["--threads", "1"], ranks: nil, output: "straight")
      let (run, straight) = (try result(), try result("straight"))
      XCTAssertEqual(run.files, straight.files)
      XCTAssertEqual(run.curve, straight.curve)
      for name in ["model", "straight", "saved", "model.log.jsonl", "straight.log.jsonl"] {
        try FileManager.default.removeItem(atPath: path(name))
      }
    }
  }

  /// While the first signal waits for the end of an epoch, the second ends the process as if nobody waited.
  func testASecondTermEndsAtOnce() throws {
    let matrix = "gaussian:rows=20000,columns=2000,ratings=3000000"
    let process = StratumProgram.process(
      [
        "train", "--synthetic", matrix, "--output", path("model"), "--factors", "512",
        "--epochs", "1000", "--step", "constant", "--initial-step", "0.001", "--threads", "1",
        "--checkpoint", path("saved"), "--checkpoint-every", "1000",
      ], ranks: nil, seconds: 120)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { if process.isRunning { process.terminate() } }
    try wait(100, "no epoch was logged") { self.lineCount("model.log.jsonl") >= 1 }
    for _ in 0..<2 {
      XCTAssertEqual(kill(process.processIdentifier, SIGTERM), 0)
      Thread.sleep(forTimeInterval: 0.05)
    }
    try wait(10, "the program outlived its second signal") { !process.isRunning }
    XCTAssertEqual(process.terminationReason, .uncaughtSignal)
    XCTAssertEqual(process.terminationStatus, SIGTERM)
    XCTAssertEqual(try checkpoints(), [])
  }

  // MARK: Deaths

  /// A rank is killed in the middle of some epoch after the third.
  func testAKilledRunGoesOn() throws {
    let matrix = "ratings-like:rows=10000,columns=2000,ratings=1000000"
    let run = [
      "train", "--synthetic", matrix, "--output", path("model"), "--factors", "512",
      "--epochs", "7", "--blocks", "12", "--test-fraction", "0.1",
    ]
    let saved = ["--checkpoint", path("saved")]
    let ended = try launch(run + saved, ranks: 3, afterLines: 4) {
      XCTAssertEqual(kill($0[1], SIGKILL), 0)
    }
    XCTAssertNotEqual(ended.status, 0)
    XCTAssertFalse(FileManager.default.fileExists(atPath: path("model")))
    XCTAssertGreaterThan(try checkpoints().count, 1)

    let outcome = try StratumProgram.run(
      run + saved + ["--threads", "2"], ranks: 2, seconds: 200)
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssert(outcome.errors.contains("stratum: continues after epoch "), outcome.errors)
    let straight = try StratumProgram.run(
      run.map { $0 == path("model") ? path("straight") : $0 } + ["--threads", "1"])
    XCTAssertEqual(straight.status, 0, straight.errors)
    XCTAssertEqual(try result().files, try result("straight").files)
    XCTAssertEqual(try result().curve, try result("straight").curve)
  }

  // MARK: Damage

  /// Runs to the end, after which there are checkpoints of the epochs 6 and 7.
  private func runSeven(_ options: [String] = []) throws -> [String: Data] {
    let outcome = try StratumProgram.run(
      arguments(options + ["--epochs", "7"]), ranks: 2)
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(try checkpoints(), ["epoch-00006.checkpoint", "epoch-00007.checkpoint"])
    return try contents(path("model"))
  }

  private func change(_ name: String, _ change: (inout Data) -> Void) throws {
    let file = path("saved/\(name)")
    var bytes = try XCTUnwrap(FileManager.default.contents(atPath: file))
    change(&bytes)
    try bytes.write(to: URL(fileURLWithPath: file))
  }

  func testADamagedCheckpointIsNotUsed() throws {
    let expected = try runSeven()
    let newest = "epoch-00007.checkpoint"
    let damages: [(String, (inout Data) -> Void)] = [
      ("magic", { $0[0] ^= 1 }), ("header", { $0[40] ^= 1 }), ("JSON", { $0[600] ^= 4 }),
      ("middle", { $0[$0.count / 2] ^= 0x40 }), ("end", { $0[$0.count - 1] ^= 1 }),
      ("truncated", { $0.removeLast() }), ("half", { $0.removeLast($0.count / 2) }),
      ("empty", { $0.removeAll() }), ("longer", { $0.append(0) }),
    ]
    for (name, damage) in damages {
      try change(newest, damage)
      // What a write that was interrupted leaves.
      try write("half a checkpoint", to: "saved/\(newest).partial-abc")
      let outcome = try StratumProgram.run(
        arguments(["--epochs", "7", "--force"]), ranks: 3)
      XCTAssertEqual(outcome.status, 0, outcome.errors)
      let saved = path("saved")
      XCTAssertEqual(
        outcome.sentences,
        [
          "stratum: \(saved)/\(newest): the checkpoint is damaged: the one before it is used",
          "stratum: continues after epoch 6 of 7 from \(saved)/epoch-00006.checkpoint",
        ], name)
      XCTAssertEqual(try contents(path("model")), expected, name)
      XCTAssertEqual(try checkpoints(), ["epoch-00006.checkpoint", newest], name)
    }
  }

  func testWhereAllAreDamagedTheUserIsTold() throws {
    _ = try runSeven()
    for damage in [{ (bytes: inout Data) in bytes[0] ^= 1 }, { $0[$0.count - 1] ^= 1 }] {
      for name in try checkpoints() { try change(name, damage) }
      let outcome = try StratumProgram.run(
        arguments(["--epochs", "7", "--force"]), ranks: 2)
      XCTAssertEqual(outcome.status, 1)
      XCTAssertEqual(
        outcome.sentences,
        [
          "stratum: \(path("saved"))/epoch-00007.checkpoint: the checkpoint is damaged, and no checkpoint"
            + " before it can be used: copy it again, or remove \(path("saved")) to begin anew"
        ])
      for name in try checkpoints() { try change(name, damage) }
    }
  }

  /// What is there already is written again.
  func testStartingAgainAfterTheEndWritesTheModel() throws {
    let expected = try runSeven(["--test-fraction", "0.2"])
    let curve = try result().curve
    try FileManager.default.removeItem(atPath: path("model"))
    XCTAssertEqual(try runSeven(["--test-fraction", "0.2"]), expected)
    XCTAssertEqual(try result().curve, curve)
  }

  // MARK: Other runs

  func testSettingsThatDiffer() throws {
    _ = try runSeven()
    let cases = [
      (["--factors", "11"], "--factors 10", "--factors 11"),
      (["--seed", "8"], "--seed 7", "--seed 8"),
      (["--blocks", "13"], "--blocks 14", "--blocks 13"),
      (["--epochs", "8"], "--epochs 7", "--epochs 8"),
      (["--solver", "ccd"], "--solver dsgd", "--solver ccd"),
      (["--loss", "huber"], "--loss squared", "--loss huber, bend 1.0"),
      (["--adagrad"], "--adagrad off", "--adagrad on"),
      (["--l1", "0.5"], "--l1 0.0", "--l1 0.5"),
      (
        ["--test-fraction", "0.1"], "test ratings chosen by none",
        "test ratings chosen by --test-fraction 0.1"
      ),
    ]
    for (options, saved, own) in cases {
      let outcome = try StratumProgram.run(
        arguments(["--epochs", "7", "--force"] + options), ranks: 2)
      XCTAssertEqual(outcome.status, 1)
      XCTAssertEqual(
        outcome.sentences,
        [
          "stratum: \(path("saved")): these checkpoints are of a run with \(saved), and this run has"
            + " \(own): start it as that one, or name another directory with --checkpoint"
        ])
    }
  }

  func testRatingsThatDiffer() throws {
    _ = try runSeven()
    let text = try String(contentsOfFile: ratings, encoding: .utf8)
    let others = [
      ("of a run with ratings to train on 2500 of ", text + "name 1\tname 2\t3\n"),
      (
        "of a run with ratings to train on 2500 of ",
        text.replacingOccurrences(of: "\t3.0\n", with: "\t3.5\n")
      ),
      ("of a run with identifiers ", text.replacingOccurrences(of: "name ", with: "nama ")),
    ]
    for (sentence, text) in others {
      try write(text, to: "ratings.tsv")
      let outcome = try StratumProgram.run(
        arguments(["--epochs", "7", "--force"]), ranks: 2)
      XCTAssertEqual(outcome.status, 1)
      XCTAssertEqual(outcome.sentences.count, 1)
      XCTAssert(outcome.errors.contains(sentence), outcome.errors)
    }
  }

  /// The number of blocks that depends on ranks and threads is that of the checkpoint.
  func testBlocksComeFromTheCheckpoint() throws {
    let run = [
      "train", ratings, "--output", path("model"), "--force", "--factors", "4", "--epochs", "5",
      "--checkpoint", path("saved"),
    ]
    for threads in ["12", "1"] {
      let outcome = try StratumProgram.run(run + ["--threads", threads])
      XCTAssertEqual(outcome.status, 0, outcome.errors)
      XCTAssert(outcome.output.contains("4 factors, 24 × 24 blocks"), outcome.output)
      try FileManager.default.removeItem(atPath: path("saved/epoch-00005.checkpoint"))
    }
  }

  // MARK: Places

  func testPlacesThatCannotBeWritten() throws {
    try write("", to: "file")
    let cases = [
      ("absent/saved", "\(path("absent/saved")): cannot be made (No such file or directory)"),
      ("file", "\(path("file")): is not a directory: name another"),
      (
        "model/saved",
        "\(path("model/saved")): the checkpoints would be lost within the model: name another directory with"
          + " --checkpoint"
      ),
    ]
    for (name, sentence) in cases {
      for ranks in [nil, 2] {
        let outcome = try StratumProgram.run(
          ["train", ratings, "--output", path("model"), "--checkpoint", path(name)], ranks: ranks)
        XCTAssertEqual(outcome.status, 1)
        XCTAssertEqual(outcome.sentences, ["stratum: " + sentence])
      }
    }
  }

  /// One rank is in another directory, as with a file system of its own.
  func testADirectoryThatNotAllRanksSee() throws {
    let outcome = try StratumProgram.run(
      ["train", ratings, "--output", path("model"), "--checkpoint", "saved"], ranks: 3,
      prelude: "if [ $RANK = 1 ]; then cd /; else cd '\(directory)'; fi")
    XCTAssertEqual(outcome.status, 1)
    XCTAssertEqual(
      outcome.sentences,
      [
        "stratum: saved/epoch-00000.checkpoint: rank 1 cannot write there, though rank 0 can: name an output"
          + " on a file system that all ranks see"
      ])
    XCTAssertEqual(try checkpoints(), [])
  }

  /// A limit on the size of files stands for a full disk.
  func testADiskThatIsFullLeavesTheCheckpointsBefore() throws {
    let run = arguments(["--epochs", "7", "--factors", "1024", "--quiet", "--log", "/dev/null"])
    let begun = try StratumProgram.run(run, ranks: 2)
    XCTAssertEqual(begun.status, 0, begun.errors)
    try FileManager.default.removeItem(atPath: path("saved/epoch-00007.checkpoint"))
    let outcome = try StratumProgram.run(
      run + ["--force"], ranks: 2, seconds: 30,
      prelude: "if [ $RANK = 1 ]; then trap '' XFSZ; ulimit -f 200; fi")
    let sentences = outcome.sentences.filter { $0.hasPrefix("stratum: /") }
    XCTAssertEqual(sentences.count, 1, outcome.errors)
    XCTAssertTrue(
      sentences.first?.hasPrefix(
        "stratum: \(path("saved"))/epoch-00007.checkpoint: cannot be written: the disk may be full, or a"
          + " quota used up (") ?? false, outcome.errors)
    XCTAssertEqual(outcome.status, 1)
    XCTAssertEqual(try checkpoints(), ["epoch-00006.checkpoint"])
  }

  func testOptionsThatDoNotGoTogether() throws {
    for (options, sentence) in [
      (["--checkpoint-every", "2"], "--checkpoint-every goes with --checkpoint."),
      (["--checkpoint", "c", "--checkpoint-every", "0"], "--checkpoint-every must be at least 1."),
      (
        ["--checkpoint", "c", "--solver", "lbfgs"],
        "--checkpoint does not go with --solver lbfgs, which cannot go on from the factors alone: leave it"
          + " out, or take another solver."
      ),
    ] {
      let outcome = try StratumProgram.run(
        ["train", ratings, "--output", path("model")] + options)
      XCTAssertEqual(outcome.status, 64)
      XCTAssert(outcome.errors.contains(sentence), outcome.errors)
    }
  }
}
