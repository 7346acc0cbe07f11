import Foundation

/// A program that was run to its end.
struct Subprocess {
  /// Its exit status; negative where a signal ended it.
  let status: Int32
  let standardOutput: String
  let standardError: String

  /// The lines on standard error that contain `text`.
  func errorLines(containing text: String) -> [Substring] {
    standardError.split(separator: "\n").filter { $0.contains(text) }
  }

  /// Runs a program, found in PATH unless its path is given.
  init(_ arguments: [String], environment changes: [String: String?] = [:]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    for (name, value) in changes { environment[name] = value }
    process.environment = environment
    // Files, not pipes: a full pipe would stop a program that writes to both.
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("subprocess-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["output", "error"].map { folder.appendingPathComponent($0) }
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    status =
      process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    standardOutput = String(decoding: try Data(contentsOf: files[0]), as: UTF8.self)
    standardError = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
  }
}

/// Where the package and what was built from it are.
enum Package {
  /// The package's folder.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of the built programs: that of this test program.
  static let products = URL(fileURLWithPath: CommandLine.arguments[0])
    .resolvingSymlinksInPath().deletingLastPathComponent()

  /// The pkg-config name of the MPI that the package was built with.
  static let mpi = ProcessInfo.processInfo.environment["MPI_PKG_CONFIG"] ?? "ompi-c"

  static let isMPICH = mpi.contains("mpich")

  /// Runs a built program on so many ranks.
  static func run(
    _ program: String, _ arguments: [String] = [], ranks: Int,
    environment: [String: String?] = [:]
  ) throws -> Subprocess {
    let path = products.appendingPathComponent(program).path
    return try Subprocess(
      launcher(ranks) + [path] + arguments,
      environment: launcherEnvironment.merging(environment) { $1 })
  }

  private static func launcher(_ ranks: Int) -> [String] {
    isMPICH
      ? ["timeout", "60", "mpirun.mpich", "-n", "\(ranks)"]
      : [
        "mpirun.openmpi", "--oversubscribe", "--timeout", "60", "--mca", "mpi_yield_when_idle", "1",
        "-n", "\(ranks)",
      ]
  }

  static let launcherEnvironment: [String: String?] = [
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
  ]
}
