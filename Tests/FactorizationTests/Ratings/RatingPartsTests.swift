import Factorization
import XCTest

final class RatingPartsTests: RatingTestCase {
  private static let partCounts = [1, 2, 3, 7, 64]

  /// Text with lines of all lengths, and what it holds.
  private func randomText(
    _ generator: inout SplitMix64, lines: Int, separator: String
  ) -> (text: String, ratings: [NamedRating]) {
    let words = ["ä", "日本", "user", "x", "O'Neil", "a-very-long-identifier-of-many-bytes"]
    let rowsAreWords = generator.next(below: 2) == 0
    let columnsAreWords = generator.next(below: 2) == 0
    func identifier(_ isWord: Bool) -> String {
      let number = String(generator.next(below: 10 << generator.next(below: 40)))
      return isWord ? words[generator.next(below: words.count)] + number : number
    }
    let lineBreak = generator.next(below: 2) == 0 ? "\n" : "\r\n"
    var text = generator.next(below: 2) == 0 ? "user\(separator)item\(separator)value\n" : ""
    var ratings: [NamedRating] = []
    for line in 0..<lines {
      let value = (generator.nextUniform() - 0.5) * Double(1 << generator.next(below: 20))
      let rating = NamedRating(identifier(rowsAreWords), identifier(columnsAreWords), Float(value))
      ratings.append(rating)
      text += [rating.row, rating.column, "\(rating.value)"].joined(separator: separator)
      if generator.next(below: 4) == 0 { text += separator + "ignored" }
      let isLast = line == lines - 1
      if !isLast || generator.next(below: 2) == 0 { text += lineBreak }
      if !isLast, generator.next(below: 10) == 0 { text += " \n\n" }
    }
    return (text, ratings)
  }

  func testAnyCutAndBlockGivesTheSameRatings() throws {
    var generator = SplitMix64(seed: 17)
    for round in 0..<60 {
      let separator = ["\t", ",", "::", ";", " "][round % 5]
      let lines = [1, 2, 5, 40, 300][generator.next(below: 5)]
      let (text, ratings) = randomText(&generator, lines: lines, separator: separator)
      let plain = try write(text)
      let compressed = try writeCompressed(text)
      for parts in Self.partCounts {
        let blockBytes = [1, 7, 64, 4096][generator.next(below: 4)]
        // A plain file's parts follow one another, so the order of lines is kept, too.
        XCTAssertEqual(
          try read(plain, parts: parts, blockBytes: blockBytes), ratings,
          "round \(round), \(parts) parts, blocks of \(blockBytes)")
        XCTAssertEqual(
          try read(
            compressed, parts: parts, blockBytes: blockBytes,
            pieceBytes: [1, 10, 100][generator.next(below: 3)]
          ).sorted(), ratings.sorted(), "round \(round), \(parts) parts, gzip")
      }
    }
  }

  func testMorePartsThanBytes() throws {
    XCTAssertEqual(try read(try write("1 2 3"), parts: 64), [NamedRating("1", "2", 3)])
    XCTAssertEqual(try read(try writeCompressed("1 2 3"), parts: 64), [NamedRating("1", "2", 3)])
  }

  func testPartsOfATextReadAboutTheSameNumberOfLines() throws {
    let lines = (0..<10_000).map { "\(1000 + $0 % 9000)\t7\t1\n" }
    let path = try write(lines.joined())
    let file = try RatingFile(path: path)
    for part in 0..<4 {
      let share = file.readShare(part: part, of: 4, rowKind: .integers, columnKind: .integers)
      XCTAssertEqual(share.entryCount, 2500, accuracy: 1)
      XCTAssertEqual(share.columnIdentifiers, .integers([7]))
    }
  }

  func testManyIdentifiersKeepTheirOrdinals() throws {
    // Small ones, which an array holds, and large ones in the hash table, in order and shuffled.
    var generator = SplitMix64(seed: 4)
    var numbers: [Int64] = (0..<20_000).map { number in
      let factor: Int64 = number % 2 == 0 ? 1 : 1_000_003 << 20
      return Int64(number) * factor - 500
    }
    generator.shuffle(&numbers)
    let lines = numbers.map { number in "\(number)\tx\(number)\t\(number % 100)\n" }
    let text = (lines + lines).joined()
    let file = try RatingFile(path: try write(text))
    let share = try file.readAll()
    XCTAssertEqual(share.rowIdentifiers, .integers(numbers))
    XCTAssertEqual(share.columnIdentifiers, .strings(numbers.map { "x\($0)" }))
    for (line, rating) in share.ratings.enumerated() {
      XCTAssertEqual(Int(rating.row), line % 20_000)
      XCTAssertEqual(Int(rating.column), line % 20_000)
    }
  }
}
