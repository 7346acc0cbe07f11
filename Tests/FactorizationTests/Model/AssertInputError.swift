import Factorization
import XCTest

/// Asserts that the body throws an `InputError` whose sentence contains each of the given parts.
func assertInputError(
  _ parts: String..., file: StaticString = #filePath, line: UInt = #line,
  _ body: () throws(InputError) -> Void
) {
  do throws(InputError) {
    try body()
    XCTFail(
      "nothing was thrown instead of '\(parts.joined(separator: " … "))'", file: file, line: line)
  } catch {
    for part in parts {
      XCTAssertTrue(
        error.description.contains(part), "'\(error.description)' lacks '\(part)'", file: file,
        line: line)
    }
  }
}
