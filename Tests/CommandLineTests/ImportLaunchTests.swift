import Factorization
import Foundation
import XCTest

/// `stratum import`: the file stands for the text that it came from, and a bad one is refused.
final class ImportLaunchTests: LaunchTestCase {
  private static let options = ["--blocks", "6", "--factors", "8", "--epochs", "2"]

  @discardableResult
  private func importFile(
    _ ratings: String, to name: String = "ratings.imported", ranks: Int? = 2,
    _ options: String...
  ) throws -> String {
    let outcome = try StratumProgram.run(
      ["import", ratings, "--output", path(name)] + options, ranks: ranks)
    XCTAssertEqual(outcome.status, 0, outcome.errors)
    XCTAssertEqual(outcome.sentences, [])
    return path(name)
  }

  private func model(
    _ ratings: String, _ options: [String] = [], ranks: Int? = 1
  ) throws -> [String: Data] {
    let output = "model-\(UUID().uuidString)"
    try train(ratings, Self.options + options, ranks: ranks, output: output)
    var files = try contents(path(output))
    // It names the file.
    files["model.json"] = nil
    XCTAssertEqual(files.count, 6)
    return files
  }

  // MARK: - The same as the text

  func testModelsAreThoseOfTheText() throws {
    let entries = skewedRatings(rows: 150, columns: 40, count: 2500, separator: " ")
    let texts = [
      skewedRatings(rows: 150, columns: 40, count: 2500),
      skewedRatings(rows: 150, columns: 40, count: 2500, prefix: "Bär "),
      "%%MatrixMarket matrix coordinate real general\n160 45 2500\n" + entries,
    ]
    for (number, text) in texts.enumerated() {
      let ratings = try write(text, to: "ratings-\(number)")
      let imported = try importFile(ratings, to: "imported-\(number)", ranks: 1)
      let again = try importFile(imported, to: "again-\(number)", ranks: 3)
      XCTAssertEqual(try Data(contentsOf: file(imported)), try Data(contentsOf: file(again)))
      for options in [[], ["--test-fraction", "0.2"]] {
        let expected = try model(ratings, options)
        for ranks in [1, 2, 3] {
          XCTAssertEqual(
            try model(imported, options, ranks: ranks), expected,
            "text \(number) \(options) on \(ranks) ranks")
        }
      }
    }
  }

  /// Sections that several ranks write, and ranks that have several.
  func testManyRatingsOnAnyNumberOfRanks() throws {
    let ratings = path("many.tsv")
    let outcome = try StratumProgram.run(
      "generate", "ratings-like:rows=900,columns=300,ratings=150000", "--output", ratings)
    XCTAssertEqual(outcome.status, 0)
    let expected = try model(ratings)
    let alone = try Data(contentsOf: file(importFile(ratings, to: "on-1", ranks: 1)))
    for ranks in [2, 3] {
      let imported = try importFile(ratings, to: "on-\(ranks)", ranks: ranks)
      XCTAssertEqual(try Data(contentsOf: file(imported)), alone)
      XCTAssertEqual(try model(imported, ranks: ranks), expected)
    }
  }

  func testOtherCommandsTakeItToo() throws {
    let training = try write(skewedRatings(rows: 90, columns: 30, count: 1500), to: "a.tsv")
    let testing = try write(
      skewedRatings(rows: 100, columns: 40, count: 500, seed: 5), to: "b.tsv")
    let imported = try importFile(training)
    let importedTest = try importFile(testing, to: "b.imported", "--row-column", "1")
    let expected = try model(training, ["--test", testing])
    XCTAssertEqual(try model(imported, ["--test", importedTest], ranks: 3), expected)

    try train(training, Self.options)
    for arguments in [["evaluate"], ["predict"], ["recommend", "--rows", "3", "--exclude"]] {
      func output(_ ratings: String) throws -> String {
        let ratings = [arguments[0], path("model")] + arguments.dropFirst() + [ratings]
        let outcome = try StratumProgram.run(ratings)
        XCTAssertEqual(outcome.status, 0, outcome.errors)
        return outcome.output
      }
      XCTAssertEqual(try output(importedTest), try output(testing), arguments[0])
    }
  }

  func testAnExistingFileStaysWithoutForce() throws {
    let ratings = try write(skewedRatings(rows: 90, columns: 30, count: 500), to: "a.tsv")
    try write("precious", to: "b")
    let outcome = try StratumProgram.run(["import", ratings, "--output", path("b")], ranks: 2)
    XCTAssertNotEqual(outcome.status, 0)
    XCTAssertEqual(
      outcome.sentences,
      [
        "stratum: \(path("b")): exists already: name another file, or replace it with --force"
      ])
    XCTAssertEqual(try String(contentsOfFile: path("b"), encoding: .utf8), "precious")
    try importFile(ratings, to: "b", "--force")
    XCTAssertEqual(try model(path("b")), try model(ratings))
    XCTAssertEqual(try contents().keys.filter { $0.contains("partial") }, [])
  }

  // MARK: - Bad files

  func testDamagedFilesAreRefused() throws {
    let ratings = try write(
      skewedRatings(rows: 90, columns: 30, count: 3000, prefix: "x"), to: "a.tsv")
    let whole = try Data(contentsOf: file(importFile(ratings)))
    let damaged = "the imported ratings are damaged: copy them or import them again"
    let short =
      "the imported ratings end too early: the file is truncated; copy it or import it again"
    var cases = [
      (whole.dropLast(1), short), (whole.prefix(40), short), (whole + [0], damaged),
    ]
    // The counts, a checksum, a row identifier, a degree, and the last rating.
    for place in [24, 75, 95, whole.count - 36_100, whole.count - 1] {
      var bytes = whole
      bytes[place] ^= 4
      cases.append((bytes, damaged))
    }
    var newer = whole
    newer[8] = 2
    cases.append(
      (
        newer,
        "these imported ratings have format 2, and this program knows format 1: import the ratings"
          + " again"
      ))
    for (number, (bytes, sentence)) in cases.enumerated() {
      try bytes.write(to: file(path("bad")))
      for ranks in [nil, 3] {
        let outcome = try StratumProgram.run(
          ["train", path("bad"), "--output", path("model")], ranks: ranks, seconds: 30)
        XCTAssertNotEqual(outcome.status, 0)
        XCTAssertEqual(
          outcome.sentences, ["stratum: \(path("bad")): \(sentence)"], "case \(number)")
      }
    }
  }

  private func file(_ path: String) -> URL { URL(fileURLWithPath: path) }
}
