import Factorization
import Foundation
import XCTest

final class RatingFileTests: RatingTestCase {
  private let expected = [
    NamedRating("1", "10", 4), NamedRating("2", "10", 3.5), NamedRating("1", "-20", -1),
  ]

  // MARK: - Delimited text

  func testEverySeparatorIsFound() throws {
    for separator in ["\t", "::", ",", ";", " ", "  \t ", " , "] {
      let lines = [["1", "10", "4"], ["2", "10", "3.5"], ["1", "-20", "-1"]]
      let text = lines.map { $0.joined(separator: separator) + "\n" }.joined()
      XCTAssertEqual(try read(try write(text)), expected, "separator “\(separator)”")
    }
  }

  func testAGivenSeparatorIsUsed() throws {
    let path = try write("a b,c,1\nd e,f,2\n")
    XCTAssertEqual(
      try read(path, RatingFormat(separator: .comma)),
      [NamedRating("a b", "c", 1), NamedRating("d e", "f", 2)])
    XCTAssertThrowsError(try read(path, RatingFormat(separator: .tab)))
  }

  func testHeadersAreFoundGivenOrDenied() throws {
    let text = "user,item,rating\n1,10,4\n2,10,3.5\n1,-20,-1\n"
    XCTAssertEqual(try read(try write(text)), expected)
    XCTAssertEqual(try read(try write(text), RatingFormat(header: .present)), expected)
    let numbers = try write("7,8,9\n1,10,4\n2,10,3.5\n1,-20,-1\n")
    XCTAssertEqual(try read(numbers, RatingFormat(header: .present)), expected)
    XCTAssertEqual(try read(numbers).count, 4)
    assertFails(
      try write(text), RatingFormat(header: .absent), line: 1,
      says: "“rating” is not a number: column 3 of the line must hold the value of the rating;"
        + " correct it or choose another column")
  }

  func testAnIntegerBeforeAWordIsAMistakeAndNoHeader() throws {
    for line in ["alice\t7\tgood", "7\talice\tgood"] {
      assertFails(
        try write(line + "\nbob\t8\t3\n9\tcarol\t2\n"), line: 1,
        says: "“good” is not a number: column 3 of the line must hold the value of the rating;"
          + " correct it or choose another column")
    }
  }

  func testAHeaderMayBeAComment() throws {
    let data = "1\t10\t4\n2\t10\t3.5\n1\t-20\t-1\n"
    let present = RatingFormat(header: .present)
    let named = RatingFormat(
      rowField: .name("user"), columnField: .name("item"), valueField: .name("rating"))
    let text = "# exported yesterday\n#user\titem\trating\n" + data
    for format in [RatingFormat(), present, named] {
      XCTAssertEqual(try read(try write(text), format), expected)
    }
    // The comment does not fit, or the first line is no data.
    for text in ["% exported\nuser\titem\trating\n", "# a\tb\tc\nuser\titem\trating\n"] {
      for format in [RatingFormat(), present, named] {
        XCTAssertEqual(try read(try write(text + data), format), expected)
      }
    }
    let pairs = RatingFormat(header: .present, valueField: nil)
    XCTAssertEqual(try read(try write("# user item\n1 10\n2 10\n"), pairs).count, 2)
    XCTAssertEqual(try read(try write("# from here\nuser item\n1 10\n2 10\n"), pairs).count, 2)
  }

  func testCommentsBehindAHeaderAreSkipped() throws {
    let data = "1,10,4\n2,10,3.5\n1,-20,-1\n"
    XCTAssertEqual(try read(try write("user,item,rating\n# one\n% two, three\n" + data)), expected)
    XCTAssertEqual(
      try read(try write("tag,item,rating\n#swift,1,5\n")), [NamedRating("#swift", "1", 5)])
  }

  func testColumnsAreChosenByNumberAndName() throws {
    let text = """
      timestamp:float,rating:float,item_id:token,user_id:token
      9,4,10,1
      9,3.5,10,2
      9,-1,-20,1

      """
    let byNumber = RatingFormat(
      rowField: .number(4), columnField: .number(3), valueField: .number(2))
    let byName = RatingFormat(
      rowField: .name("user_id"), columnField: .name("item_id:token"),
      valueField: RatingFormat.Field("rating"))
    XCTAssertEqual(try read(try write(text), byNumber), expected)
    XCTAssertEqual(try read(try write(text), byName), expected)
  }

  func testPairsNeedNoValue() throws {
    let path = try write("user item\n1 10\n2 10\n")
    XCTAssertEqual(
      try read(path, RatingFormat(valueField: nil)),
      [NamedRating("1", "10", 1), NamedRating("2", "10", 1)])
  }

  func testBlanksCommentsQuotesReturnsAndMarksAreTolerated() throws {
    let texts = [
      "\u{FEFF}1\t10\t4\r\n2\t10\t3.5\r\n1\t-20\t-1",
      "# comment\n% another\n\n1\t10\t4\textra\n  \n2\t10\t3.5\n\t\t\n1\t-20\t-1\tx\ty\n\n",
      "\u{FEFF}\"user\",\"item\",\"rating\"\n\"1\",\"10\",\"4\"\n 2 , \"10\" ,3.5\n1,-20,-1\n",
      "\"1\" \"10\" 4\n   2 10 3.5\n1 -20 \"-1\"\n",
    ]
    for text in texts {
      for parts in [1, 3] {
        XCTAssertEqual(try read(try write(text), parts: parts), expected, text)
      }
    }
  }

  func testQuotedIdentifiersKeepSeparatorsAndQuotes() throws {
    let path = try write("\"Doe, \"\"Jo\"\"\",\"a,b\",1\nplain,c,2\n")
    XCTAssertEqual(
      try read(path), [NamedRating("Doe, \"Jo\"", "a,b", 1), NamedRating("plain", "c", 2)])
  }

  // MARK: - Identifiers

  func testIdentifiersAreIntegersOnlyIfAllAre() throws {
    // The word stands where the sample of the first lines does not reach.
    let lines = (0..<200).map { "\($0 == 150 ? "x" : "00\($0)")\t0\($0)\t1\n" }
    let file = try RatingFile(path: try write(lines.joined()))
    XCTAssertEqual(file.suggestedRowKind, .integers)
    let share = try file.readAll()
    XCTAssertEqual(
      share.rowIdentifiers, .strings((0..<200).map { $0 == 150 ? "x" : "00\($0)" }))
    XCTAssertEqual(share.columnIdentifiers, .integers([Int64](0..<200)))
  }

  func testTheWholeRangeOf64BitsIsRead() throws {
    let least = Int64.min
    let most = Int64.max
    let path = try write("\(least)\t\(most)\t1\n+\(most)\t-0\t2\n")
    XCTAssertEqual(
      try read(path),
      [NamedRating("\(least)", "\(most)", 1), NamedRating("\(most)", "0", 2)])
  }

  func testOversizedIntegersAreNoErrorAmongWords() throws {
    let path = try write("99999999999999999999\t1\t1\n" + "5\t1\t1\n" + "word\t1\t1\n")
    XCTAssertEqual(
      try read(path, parts: 3).map(\.row), ["99999999999999999999", "5", "word"])
  }

  // MARK: - Matrix Market

  func testMatrixMarketFilesOfEveryFieldAreRead() throws {
    for (field, values) in [
      ("real", ["4", "3.5"]), ("integer", ["4", "3"]), ("pattern", ["", ""]),
    ] {
      let text = """
        %%MatrixMarket matrix coordinate \(field) general
        % a comment
        3 20 2
        1 10 \(values[0])
        2 20 \(values[1])

        """
      let numbers = values.map { Float($0) ?? 1 }
      for parts in [1, 4] {
        XCTAssertEqual(
          try read(try write(text, "matrix.mtx"), parts: parts),
          [NamedRating("1", "10", numbers[0]), NamedRating("2", "20", numbers[1])])
      }
      let shape = try RatingFile(path: path("matrix.mtx")).declaredShape
      XCTAssertEqual(shape?.rows, 3)
      XCTAssertEqual(shape?.columns, 20)
    }
  }

  func testSymmetricMatricesGetTheirMirrorImage() throws {
    let body = "3 3 2\n2 1 5\n3 3 7\n"
    XCTAssertEqual(
      try read(try write("%%MatrixMarket matrix coordinate real symmetric\n" + body)).sorted(),
      [NamedRating("1", "2", 5), NamedRating("2", "1", 5), NamedRating("3", "3", 7)])
    XCTAssertEqual(
      try read(try write("%%MatrixMarket matrix coordinate real skew-symmetric\n" + body)).sorted()
        .prefix(2),
      [NamedRating("1", "2", -5), NamedRating("2", "1", 5)])
  }

  func testTheBannerMayBeInAnyCase() throws {
    XCTAssertEqual(
      try read(try write("%%matrixmarket MATRIX Coordinate Real General\n3 3 1\n2 1 5\n")),
      [NamedRating("2", "1", 5)])
  }

  func testMatrixMarketFilesAreChecked() throws {
    let banner = "%%MatrixMarket matrix coordinate real general\n"
    assertFails(
      try write(banner + "3 3 3\n1 1 1\n2 2 2\n"),
      says:
        "the size line promises 3 entries and there are 2: the file is cut off, or its size line"
        + " is wrong")
    assertFails(
      try write(banner + "3 3 2\n1 1 1\n4 2 2\n"), line: 4,
      says:
        "the row index 4 is not an integer from 1 to 3, as the size line of the Matrix Market file"
        + " promises: correct the index or the size line")
    assertFails(
      try write(banner + "3 3 1\n1 0 1\n"), line: 3,
      says:
        "the column index 0 is not an integer from 1 to 3, as the size line of the Matrix Market"
        + " file promises: correct the index or the size line")
    assertFails(
      try write(banner + "3 x 1\n"), line: 2,
      says: "the size line of a Matrix Market file holds the numbers of rows, columns and entries,"
        + " rows and columns below 4294967295: correct it")
    assertFails(
      try write(banner),
      says: "the Matrix Market file ends before its size line: copy or fetch it"
        + " again")
    assertFails(
      try write(banner + "3 3 0\n"),
      says: "the matrix has no entries: name a file that holds ratings")
    assertFails(
      try write("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n"), line: 1,
      says:
        "this holds a “matrix array”: only Matrix Market files “matrix coordinate”, real, integer"
        + " or pattern, general, symmetric or skew-symmetric, can be read")
    assertFails(
      try write("%%MatrixMarket matrix coordinate complex general\n2 2 1\n1 1 1 1\n"), line: 1,
      says:
        "the values are “complex”: only Matrix Market files “matrix coordinate”, real, integer or"
        + " pattern, general, symmetric or skew-symmetric, can be read")
    assertFails(
      try write("%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n1 1 1\n"), line: 2,
      says:
        "a symmetric matrix has as many rows as columns, not 2 and 3: correct the size line or the"
        + " first line")
  }

  func testAMatrixThatNoMemoryHoldsIsRefused() throws {
    try XCTSkipIf(ProcessInfo.processInfo.physicalMemory > 100 << 30, "this machine might hold it")
    assertFails(
      try write("%%MatrixMarket matrix coordinate real general\n4000000000 3 1\n1 1 1\n"), line: 2,
      says: "a matrix of 4000000000 rows and 3 columns does not fit into this machine's memory:"
        + " correct the size line")
  }

  func testTheHeaderOfPairsIsFoundAboveAnyNumbers() throws {
    let pairs = RatingFormat(valueField: nil)
    XCTAssertEqual(
      try read(try write("user,item,rating\nann,tea,4\nbob,salt,3.5\n"), pairs).map(\.row),
      ["ann", "bob"])
    for values in [("4", "3.5"), ("good", "bad"), ("", "3.5")] {
      XCTAssertEqual(
        try read(try write("ann,tea,\(values.0)\nbob,salt,\(values.1)\n"), pairs).map(\.row),
        ["ann", "bob"])
    }
  }

  // MARK: - gzip

  func testCompressedFilesAreKnownByTheirContent() throws {
    let text = "1\t10\t4\n2\t10\t3.5\n1\t-20\t-1\n"
    XCTAssertEqual(try read(try writeCompressed(text, "ratings.tsv")), expected)
    XCTAssertEqual(
      try read(
        try writeCompressed("%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 2\n")),
      [NamedRating("1", "1", 2)])
  }

  func testSeveralMembersAreReadAsOneStream() throws {
    let first = try Data(contentsOf: URL(filePath: try writeCompressed("1\t10\t4\n2\t1")))
    let second = try Data(contentsOf: URL(filePath: try writeCompressed("0\t3.5\n1\t-20\t-1\n")))
    let path = try write([UInt8](first + second))
    for parts in [1, 2, 3] {
      XCTAssertEqual(try read(path, parts: parts).sorted(), expected.sorted())
    }
  }

  func testZerosBehindTheStreamAreIgnored() throws {
    let whole = try Data(contentsOf: URL(filePath: try writeCompressed("1\t10\t4\n")))
    for zeros in [1, 600_000] {
      XCTAssertEqual(
        try read(try write([UInt8](whole) + [UInt8](repeating: 0, count: zeros)), parts: 2),
        [NamedRating("1", "10", 4)])
    }
    assertFails(
      try write([UInt8](whole) + [0, 7, 7]),
      says: "the gzip data are damaged: copy or fetch the file again")
  }

  /// A header with everything in it, on both sides of the place where the reader fetches more.
  func testALongHeaderIsPassedOver() throws {
    let plain = [UInt8](try Data(contentsOf: URL(filePath: try writeCompressed("1\t10\t4\n"))))
    let name = try XCTUnwrap(plain[10...].firstIndex(of: 0))
    // Extra bytes, a name, a comment and a checksum of the header.
    var header = plain[..<3] + [4 + 8 + 16 + 2] + plain[4..<10]
    header += [3, 0, 1, 2, 3] + Array("name".utf8) + [0] + Array("comment".utf8) + [0]
    let sum = checksum(header)
    header += [UInt8(sum & 0xFF), UInt8(sum >> 8 & 0xFF)]
    let member = header + plain[(name + 1)...]
    for offset in [1, 3, 11, 20, header.count - 1, header.count] {
      let zeros = [UInt8](repeating: 0, count: (1 << 18) - offset - plain.count)
      XCTAssertEqual(
        try read(try write(plain + zeros + member)),
        [NamedRating("1", "10", 4), NamedRating("1", "10", 4)], "offset \(offset)")
    }
  }

  func testTruncatedAndDamagedStreamsAreErrors() throws {
    let text = (0..<5000).map { "\($0)\t\($0 * 7919 % 5003)\t\($0 % 5)\n" }.joined()
    let whole = [UInt8](try Data(contentsOf: URL(filePath: try writeCompressed(text))))
    for kept in [20, whole.count / 2, whole.count - 4] {
      assertFails(
        try write([UInt8](whole[..<kept])),
        says: "the gzip data end too early: the file is truncated; copy or fetch it again")
    }
    var damaged = whole
    for index in 1000..<1010 { damaged[index] ^= 0xFF }
    // The damage shows as bad data or, before that, as a bad line.
    for parts in [1, 2, 3] { XCTAssertThrowsError(try read(try write(damaged), parts: parts)) }
    var wrongSum = whole
    wrongSum[whole.count - 6] ^= 0xFF
    assertFails(
      try write(wrongSum), says: "the gzip data are damaged: copy or fetch the file again")
  }
}
