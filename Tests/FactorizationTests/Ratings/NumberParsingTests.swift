import Factorization
import Foundation
import XCTest

final class NumberParsingTests: XCTestCase {
  private func float(_ text: String) -> ParsedFloat {
    var bytes = [UInt8](text.utf8)
    return bytes.withUnsafeMutableBufferPointer { parseFloat($0) }
  }

  private func integer(_ text: String) -> ParsedInteger {
    var bytes = [UInt8](text.utf8)
    return bytes.withUnsafeMutableBufferPointer { parseInteger($0) }
  }

  private func assertEqualsSystem(
    _ text: String, file: StaticString = #filePath, line: UInt = #line
  ) {
    let expected = strtof(text, nil)
    guard case .value(let value) = float(text) else {
      XCTAssertFalse(expected.isFinite, text, file: file, line: line)
      return
    }
    XCTAssertEqual(value.bitPattern, expected.bitPattern, text, file: file, line: line)
  }

  func testFloatsAreRoundedAsTheSystemDoes() {
    var generator = SplitMix64(seed: 2)
    func digits(_ count: Int) -> String {
      String((0..<count).map { _ in Character(String(generator.next(below: 10))) })
    }
    for _ in 0..<200_000 {
      var text = ["", "-", "+"][generator.next(below: 3)] + digits(1 + generator.next(below: 10))
      if generator.next(below: 3) > 0 { text += "." + digits(generator.next(below: 12)) }
      if generator.next(below: 4) == 0 { text += "e\(generator.next(below: 100) - 60)" }
      assertEqualsSystem(text)
    }
  }

  func testFloatsHalfWayBetweenTwoAreRoundedOnce() {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      // The exact middle of two neighbours, then a little more and less than it.
      let below = Float(generator.nextUniform() * 1000)
      let middle = (Double(below) + Double(below.nextUp)) / 2
      let text = String(format: "%.40f", middle)
      assertEqualsSystem(text)
      assertEqualsSystem(text + "1")
      assertEqualsSystem(String(format: "%.15f", middle))
      assertEqualsSystem(String(16_777_216 + generator.next(below: 1 << 30)) + ".5")
    }
  }

  func testFloatsWrittenInFullComeBack() {
    var generator = SplitMix64(seed: 4)
    for _ in 0..<100_000 {
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      if value.isFinite { XCTAssertEqual(float("\(value)"), .value(value)) }
    }
  }

  func testWhatIsNoFloatIsNamed() {
    for text in ["", "-", ".", "-.", "e5", "1e", "1e+", "0x1p3", "1_000", "1.2.3", " 1", "1 ", "١"]
    {
      XCTAssertEqual(float(text), .notANumber, text)
    }
    for text in ["nan", "NaN", "-nan", "NAN"] { XCTAssertEqual(float(text), .nan, text) }
    for text in ["inf", "-inf", "+Infinity"] { XCTAssertEqual(float(text), .infinite, text) }
    for text in ["1e39", "-1e400", "340282366920938463463374607431768211456"] {
      XCTAssertEqual(float(text), .tooLarge, text)
    }
    XCTAssertEqual(float("3.4028235e38"), .value(.greatestFiniteMagnitude))
    XCTAssertEqual(float("1e-60"), .value(0))
    XCTAssertEqual(float(".5"), .value(0.5))
    XCTAssertEqual(float("5."), .value(5))
  }

  func testIntegersOf64BitsAreTold() {
    XCTAssertEqual(integer("0"), .value(0))
    XCTAssertEqual(integer("-0012"), .value(-12))
    XCTAssertEqual(integer("+000000000000000000000012"), .value(12))
    XCTAssertEqual(integer("9223372036854775807"), .value(.max))
    XCTAssertEqual(integer("-9223372036854775808"), .value(.min))
    XCTAssertEqual(integer("9223372036854775808"), .beyond64Bits)
    XCTAssertEqual(integer("-9223372036854775809"), .beyond64Bits)
    XCTAssertEqual(integer("99999999999999999999999"), .beyond64Bits)
    for text in ["", "-", "+", "1.0", "a", "12345678901234567890x", "--1", "1e3"] {
      XCTAssertEqual(integer(text), .notAnInteger, text)
    }
  }
}
