import Foundation
import XCTest

/// Runs scripts in a Python that has NumPy; tests that need it are skipped where there is none.
enum PythonWithNumPy {
  /// Runs a script and returns what it prints.
  static func run(_ script: String, arguments: [String]) throws -> Data {
    guard try python("import numpy", []).status == 0 else {
      throw XCTSkip("python3 with NumPy is not installed (Debian: python3-numpy)")
    }
    let (status, output) = try python(script, arguments)
    XCTAssertEqual(status, 0, "the script failed")
    return output
  }

  private static func python(
    _ script: String, _ arguments: [String]
  ) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }
}
