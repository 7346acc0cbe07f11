import Factorization
import XCTest

final class IdentifiersTests: XCTestCase {
  func testIdentifiersAreSortedAndDistinct() {
    XCTAssertEqual(Identifiers(.integers([5, -3, 9, 9, 0, 5])), .integers([-3, 0, 5, 9]))
    XCTAssertEqual(
      Identifiers(.strings(["b", "ab", "b", "Z", "é"])), .strings(["Z", "ab", "b", "é"]))
    XCTAssertEqual(Identifiers(.integers([])), .integers([]))
    XCTAssertEqual(Identifiers(.strings([])), .strings([]))
  }

  func testStringsAreDistinguishedByTheirBytes() {
    // One letter, written as one scalar and as two: equal strings in Swift, different identifiers.
    let composed = "\u{E9}"
    let decomposed = "e\u{301}"
    let identifiers = Identifiers(.strings([composed, decomposed, composed]))
    XCTAssertEqual(identifiers.count, 2)
    XCTAssertEqual(identifiers.index(of: decomposed), 0)
    XCTAssertEqual(identifiers.index(of: composed), 1)
  }

  func testEveryIdentifierIsFoundAtItsIndexAndNoOther() {
    let integers = Identifiers(.integers((0..<100).map { $0 * 3 - 50 }))
    for index in 0..<100 {
      XCTAssertEqual(integers.index(of: Int64(index * 3 - 50)), index)
      XCTAssertEqual(integers.index(of: "\(index * 3 - 50)"), index)
      XCTAssertNil(integers.index(of: Int64(index * 3 - 49)))
    }
    XCTAssertNil(integers.index(of: "word"))
    let strings = Identifiers(.strings(["7", "007", "x"]))
    XCTAssertEqual(strings.index(of: "007"), 0)
    XCTAssertEqual(strings.index(of: 7 as Int64), 1)
    XCTAssertNil(strings.index(of: ""))
    XCTAssertEqual(
      strings.indices(of: .strings(["x", "y", "7"])), [2, nil, 1] as [UInt32?])
    XCTAssertEqual(
      integers.indices(of: .integers([-50, 0, -47])), [0, nil, 1] as [UInt32?])
  }
}
