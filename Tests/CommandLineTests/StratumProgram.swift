import Foundation
import XCTest

/// The built `stratum`, beside the test program.
enum StratumProgram {
  /// What a run of the program left.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
    var seconds: Double

    /// The lines of the output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The lines of standard error that are not the launcher's: it frames its own.
    var sentences: [String] {
      var isLaunchers = false
      return errors.split(separator: "\n").map(String.init).filter { line in
        let isFrame = line.allSatisfy { $0 == "-" } || line.allSatisfy { $0 == "=" }
        if isFrame { isLaunchers.toggle() }
        return !isFrame && !isLaunchers
      }
    }
  }

  /// Runs the program and waits for its end.
  static func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> Outcome {
    try run(arguments, environment: environment)
  }

  /// Runs the program and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: what follows the program's name.
  ///   - ranks: how many processes the launcher starts; nil to start one without a launcher.
  ///   - seconds: how long the launcher lets them run.
  ///   - environment: variables beside the test's own.
  ///   - prelude: what a shell does before, in each process; `$RANK` is its number.
  /// - Returns: what the run left.
  /// - Throws: what keeps the program from being started.
  static func run(
    _ arguments: [String], ranks: Int? = nil, seconds: Int = 60,
    environment: [String: String] = [:], prelude: String? = nil
  ) throws -> Outcome {
    let process = process(
      arguments, ranks: ranks, seconds: seconds, environment: environment, prelude: prelude)
    let output = Pipe()
    // A file, because two pipes that are read one after the other can block the program.
    let errorFile = FileManager.default.temporaryDirectory
      .appendingPathComponent("stratum-errors-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: errorFile) }
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errorFile)
    let start = ContinuousClock.now
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self),
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// A process that will run the program, or its launcher.
  static func process(
    _ arguments: [String], ranks: Int?, seconds: Int, environment: [String: String] = [:],
    prelude: String? = nil
  ) -> Process {
    let process = Process()
    let program = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("stratum")
    if let ranks {
      process.executableURL = launcher
      let shell = prelude.map {
        ["sh", "-c", "RANK=${OMPI_COMM_WORLD_RANK:-$PMI_RANK}; \($0); exec \"$@\"", "sh"]
      }
      process.arguments =
        ["\(ranks)", "\(seconds)"] + (shell ?? []) + [program.path] + arguments
    } else {
      process.executableURL = program
      process.arguments = arguments
    }
    process.environment = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("OMPI_") && !$0.key.hasPrefix("PMI") }
      .merging(environment) { _, new in new }
    return process
  }

  /// The script that starts a program on several ranks of this machine.
  private static var launcher: URL {
    URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent(".ci/mpirun")
  }
}
