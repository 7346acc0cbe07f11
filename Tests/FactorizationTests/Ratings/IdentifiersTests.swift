import Factorization
import XCTest

final class IdentifiersTests: XCTestCase {
  func testMergingSortsAndDropsDuplicates() {
    XCTAssertEqual(
      Identifiers(merging: [.integers([5, -3, 9]), .integers([]), .integers([9, 0, 5])]),
      .integers([-3, 0, 5, 9]))
    XCTAssertEqual(
      Identifiers(merging: [.strings(["b", "ab"]), .strings(["b", "Z", "é"])]),
      .strings(["Z", "ab", "b", "é"]))
    XCTAssertEqual(Identifiers(merging: []), .integers([]))
  }

  func testMergingDoesNotDependOnTheParts() {
    var generator = SplitMix64(seed: 8)
    let all = (0..<500).map { _ in Int64(generator.next(below: 300)) - 150 }
    let whole = Identifiers(merging: [.integers(all)])
    let cut = stride(from: 0, to: 500, by: 70).map {
      LocalIdentifiers.integers([Int64](all[$0..<min($0 + 70, 500)]))
    }
    XCTAssertEqual(Identifiers(merging: cut.reversed()), whole)
  }

  func testStringsAreDistinguishedByTheirBytes() {
    // One letter, written as one scalar and as two: equal strings in Swift, different identifiers.
    let composed = "\u{E9}"
    let decomposed = "e\u{301}"
    let identifiers = Identifiers(merging: [.strings([composed, decomposed, composed])])
    XCTAssertEqual(identifiers.count, 2)
    XCTAssertEqual(identifiers.index(of: decomposed), 0)
    XCTAssertEqual(identifiers.index(of: composed), 1)
  }

  func testEveryIdentifierIsFoundAtItsIndexAndNoOther() {
    let integers = Identifiers(merging: [.integers((0..<100).map { $0 * 3 - 50 })])
    for index in 0..<100 {
      XCTAssertEqual(integers.index(of: Int64(index * 3 - 50)), index)
      XCTAssertEqual(integers.index(of: "\(index * 3 - 50)"), index)
      XCTAssertNil(integers.index(of: Int64(index * 3 - 49)))
    }
    XCTAssertNil(integers.index(of: "word"))
    let strings = Identifiers(merging: [.strings(["7", "007", "x"])])
    XCTAssertEqual(strings.index(of: "007"), 0)
    XCTAssertEqual(strings.index(of: 7 as Int64), 1)
    XCTAssertNil(strings.index(of: ""))
    XCTAssertEqual(
      strings.indices(of: .strings(["x", "y", "7"])), [2, nil, 1] as [UInt32?])
    XCTAssertEqual(
      integers.indices(of: .integers([-50, 0, -47])), [0, nil, 1] as [UInt32?])
  }
}
