import Factorization
import XCTest

final class ChecksumTests: XCTestCase {
  func testTheCheckValueOfTheStandard() {
    XCTAssertEqual(checksum(Array("123456789".utf8)), 0xCBF4_3926)
    XCTAssertEqual(checksum([]), 0)
  }

  func testOfBytesBehindOneAnother() {
    var generator = SplitMix64(seed: 3)
    let bytes = (0..<5000).map { _ in UInt8(generator.next(below: 256)) }
    for cut in [0, 1, 2, 1023, 4096, 4999, 5000] {
      let (first, second) = (bytes[..<cut], bytes[cut...])
      XCTAssertEqual(
        checksum(checksum(first), then: checksum(second), ofBytes: second.count),
        checksum(bytes), "cut at \(cut)")
    }
  }
}
