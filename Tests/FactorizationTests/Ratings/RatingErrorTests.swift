import Factorization
import Foundation
import XCTest

/// Each kind of bad input, with the sentence that a user gets.
final class RatingErrorTests: RatingTestCase {
  /// Good lines around a bad one, so that it has a number worth checking.
  private func badLine(_ line: String, _ separator: String = "\t") throws -> String {
    let good = (1...9).map { ["\($0)", "\($0 * 3)", "2.5"].joined(separator: separator) }
    return try write((good + [line] + good).joined(separator: "\n") + "\n")
  }

  func testAMissingFile() {
    assertFails(path("none.tsv"), says: "there is no such file: check the path")
  }

  func testADirectory() {
    assertFails(path("."), says: "this is a directory: name a file of ratings in it")
  }

  func testNoRegularFile() {
    XCTAssertEqual(mkfifo(path("pipe"), 0o600), 0)
    for file in ["/dev/null", path("pipe")] {
      assertFails(file, says: "this is not a regular file: write the ratings to a file first")
    }
  }

  func testAnEmptyFile() throws {
    assertFails(try write(""), says: "the file is empty: name a file that holds ratings")
  }

  func testAFileWithoutRatings() throws {
    assertFails(try write("\n# nothing\n \n"), says: "the file holds no ratings: name another")
    assertFails(try writeCompressed("\n"), says: "the file holds no ratings: name another")
    assertFails(
      try write("user\titem\trating\n"),
      says: "the file holds a header and no ratings: name another")
  }

  func testTooFewColumns() throws {
    assertFails(
      try badLine("7\t8"), line: 10,
      says:
        "this line has 2 columns where 3 are needed (columns are separated by tabs): complete the"
        + " line, or choose other columns or another separator")
    assertFails(
      try badLine("7", "::"), line: 10,
      says:
        "this line has 1 column where 3 are needed (columns are separated by “::”): complete the"
        + " line, or choose other columns or another separator")
  }

  func testAWordWhereANumberShouldBe() throws {
    let words = ["good", "1,5", "0x10", "1e", "--1", "1.2.3", ".", "", "1 2", "1e5x"]
    for word in words {
      assertFails(
        try badLine("7\t8\t\(word)"), line: 10,
        says: "“\(word)” is not a number: column 3 of the line must hold the value of the rating;"
          + " correct it or choose another column")
    }
  }

  func testHalfASeparatorBehindTheValue() throws {
    assertFails(
      try badLine("7::8::3:1", "::"), line: 10,
      says: "“3:1” is not a number: column 3 of the line must hold the value of the rating; correct"
        + " it or choose another column")
  }

  func testNotANumberAndInfinity() throws {
    for word in ["NaN", "nan", "-nan"] {
      assertFails(
        try badLine("7\t8\t\(word)"), line: 10,
        says: "the value is NaN: leave this rating out or give it a number")
    }
    for word in ["inf", "-Inf", "Infinity"] {
      assertFails(
        try badLine("7\t8\t\(word)"), line: 10,
        says: "the value is infinite: leave this rating out or give it a finite number")
    }
  }

  func testAValueBeyondSinglePrecision() throws {
    for number in ["1e39", "-3.5e38", "1" + String(repeating: "0", count: 39)] {
      assertFails(
        try badLine("7\t8\t\(number)"), line: 10,
        says: "the value \(number) is beyond single precision (3.4e38): scale the values down")
    }
  }

  func testIdentifiersBeyond64Bits() throws {
    for number in ["9223372036854775808", "-9223372036854775809", "184467440737095516160"] {
      assertFails(
        try badLine("\(number)\t8\t1"), line: 10,
        says:
          "the row identifier \(number) does not fit into 64 bits: use smaller integers, or words"
          + " (a letter before each number will do)")
      assertFails(
        try badLine("8\t\(number)\t1"), line: 10,
        says: "the column identifier \(number) does not fit into 64 bits: use smaller integers, or"
          + " words (a letter before each number will do)")
    }
  }

  func testTheEarlierOfTwoIdentifiersBeyond64BitsIsReported() throws {
    let large = "99999999999999999999"
    let good = (1...9).map { "\($0)\t1\t1\n" }.joined()
    for (first, second, role) in [
      ("5\t\(large)", "\(large)\t5", "column"),
      ("\(large)\t5", "5\t\(large)", "row"),
    ] {
      let path = try write(good + "\(first)\t1\n" + good + "\(second)\t1\n")
      assertFails(
        path, line: 10,
        says:
          "the \(role) identifier \(large) does not fit into 64 bits: use smaller integers, or words"
          + " (a letter before each number will do)")
      XCTAssertThrowsError(try RatingFile(path: path).readAll()) { error in
        XCTAssertEqual((error as? InputError)?.line, 10)
      }
    }
  }

  func testEmptyIdentifiers() throws {
    assertFails(
      try badLine("\t8\t1"), line: 10,
      says:
        "the row identifier (column 1 of the line) is empty: give every rating a row and a column"
        + " identifier")
    assertFails(
      try badLine("8,\"\",1", ","), line: 10,
      says: "the column identifier (column 2 of the line) is empty: give every rating a row and a"
        + " column identifier")
  }

  func testBrokenQuotes() throws {
    for line in ["\"8,9,1", "\"8\"x,9,1"] {
      assertFails(
        try badLine(line, ","), line: 10,
        says: "a double quote opens a column and does not close it before the separator: remove the"
          + " quote or close it on the same line")
    }
  }

  func testInvalidUTF8() throws {
    assertFails(
      try write([UInt8]("a\tb\t1\n".utf8) + [0x66, 0xFC, 0x72] + [UInt8]("\tb\t2\n".utf8)), line: 2,
      says: "the row identifier is not valid UTF-8: convert the file, for example with"
        + " iconv -f latin1 -t utf-8")
  }

  func testIdentifiersThatAModelCannotHold() throws {
    assertFails(
      try badLine("u\0v\t8\t1"), line: 10,
      says: "the row identifier u?v contains a zero byte: remove it, or leave this line out")
    for column in ["word", "7"] {
      assertFails(
        try badLine("\(column)\t\(String(repeating: "é", count: 513))\t1"), line: 10,
        says:
          "the column identifier \(String(repeating: "é", count: 20))… is longer than 1024 bytes:"
          + " shorten it, or choose another column or separator")
    }
    let longest = String(repeating: "é", count: 512)
    XCTAssertEqual(try read(try badLine("u\t\(longest)\t1"))[9].column, longest)
  }

  func testForeignFiles() throws {
    assertFails(
      try write([0x50, 0x4B, 3, 4, 0, 0]), says: "this is a zip archive: unpack it, or use gzip")
    assertFails(
      try write([0xFF, 0xFE, 0x31, 0]),
      says: "this is UTF-16: convert it, for example with iconv -f utf-16 -t utf-8")
    assertFails(
      try write([UInt8](repeating: 0x41, count: 40 << 20)),
      says: "a line is longer than 16 MiB: is this a file of text?")
  }

  func testImpossibleFormats() throws {
    let path = try write("user,item,rating\n1,2,3\n")
    XCTAssertThrowsError(try read(path, RatingFormat(rowField: .number(0)))) { error in
      XCTAssertEqual(
        "\(error)", "columns are numbered from 1, so there is no column 0")
    }
    for twice in [
      RatingFormat(columnField: .number(1)), RatingFormat(columnField: .name("user")),
      RatingFormat(rowField: .name("user"), columnField: .name("user")),
    ] {
      assertFails(
        path, twice, says: "column 1 is chosen twice: rows, columns and values each need one")
    }
    XCTAssertThrowsError(
      try read(path, RatingFormat(header: .absent, rowField: .name("user")))
    ) { error in
      XCTAssertEqual("\(error)", "“user” names a column, but there is no header: give its number")
    }
    assertFails(
      path, RatingFormat(rowField: .name("client")),
      says: "no column is called “client”; the header has “user”, “item”, “rating”: choose one of"
        + " these or give a column's number")
    assertFails(
      try write("# user item rating\n1 2 3\n"), RatingFormat(rowField: .name("client")),
      says: "no column is called “client”; the header has “user”, “item”, “rating”: choose one of"
        + " these or give a column's number")
  }

  func testTheFirstOfSeveralBadLinesIsReported() throws {
    let lines = (1...100).map { $0 == 40 || $0 == 90 ? "x" : "\($0)\t1\t1" }
    assertFails(
      try write(lines.joined(separator: "\n")), line: 40,
      says:
        "this line has 1 column where 3 are needed (columns are separated by tabs): complete the"
        + " line, or choose other columns or another separator")
    assertFails(
      try writeCompressed(lines.joined(separator: "\n")), line: 40,
      says:
        "this line has 1 column where 3 are needed (columns are separated by tabs): complete the"
        + " line, or choose other columns or another separator")
  }

  /// What is wrong with an identifier shows only when all kinds are known, and comes first all the same.
  func testABadIdentifierBeforeAnotherBadLineIsReported() throws {
    let large = "99999999999999999999"
    let good = (1...40).map { "\($0)\t1\t1" }
    let bad = "7\t8\tnan"
    let isTooLarge =
      "the row identifier \(large) does not fit into 64 bits: use smaller integers, or words (a"
      + " letter before each number will do)"
    let lines = good + ["\(large)\t1\t1", "5\t1\t1", bad] + good
    assertFails(try write(lines.joined(separator: "\n")), line: 41, says: isTooLarge)
    // A word further down makes the large number a text, which is none.
    assertFails(
      try write((lines + ["word\t1\t1"]).joined(separator: "\n")), line: 43,
      says: "the value is NaN: leave this rating out or give it a number")

    let bytes = lines.map { $0.hasPrefix(large) ? [0xFC] + Array("\t1\t1".utf8) : Array($0.utf8) }
    assertFails(
      try write(Array(bytes.joined(separator: [UInt8(ascii: "\n")]))), line: 41,
      says: "the row identifier is not valid UTF-8: convert the file, for example with"
        + " iconv -f latin1 -t utf-8")
  }

  func testErrorsAreOrderedByLine() {
    let early = InputError("a", file: "f", line: 3)
    let late = InputError("b", file: "f", line: 10)
    let whole = InputError("c", file: "f")
    XCTAssertEqual([whole, late, early].min { $0.precedes($1) }, early)
    XCTAssertEqual([whole, late].min { $0.precedes($1) }, late)
    XCTAssertFalse(whole.precedes(whole))
  }
}
