#if arch(x86_64)
import CInstructionSet
import Foundation
import XCTest

final class InstructionSetTests: XCTestCase {
  /// The names of what is missing, and how many the function says there are.
  private func missing(
    _ required: InstructionSet, _ available: InstructionSet, capacity: Int = 1024
  ) -> (names: String, count: Int) {
    var names = [CChar](repeating: 1, count: capacity)
    let count = instruction_set_missing(required, available, &names, capacity)
    return (names.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }, count)
  }

  private func set(_ names: String...) -> InstructionSet {
    names.reduce(0) { $0 | instruction_set_named($1) }
  }

  func testOnlyWhatIsRequiredAndNotAvailableIsMissing() {
    let (names, count) = missing(set("sse3", "fma", "avx2"), set("sse3", "avx512f"))
    XCTAssertEqual(names, "fma, avx2")
    XCTAssertEqual(count, 2)
  }

  func testNothingIsMissingWhereAllIsAvailable() {
    XCTAssertEqual(missing(set("fma", "avx2"), .max).count, 0)
    XCTAssertEqual(missing(set("fma", "avx2"), .max).names, "")
    XCTAssertEqual(missing(0, 0).count, 0)
  }

  func testNamesAreCutOffAtTheCapacityAndStillCounted() {
    let (names, count) = missing(set("fma", "avx2", "bmi2"), 0, capacity: 6)
    XCTAssertEqual(names, "fma, ")
    XCTAssertEqual(count, 3)
  }

  func testEachNameIsAnExtensionOfItsOwn() {
    let names = missing(.max, 0, capacity: 4096).names.split(separator: ", ").map(String.init)
    XCTAssertEqual(Set(names.map { instruction_set_named($0) }).count, names.count)
    XCTAssertFalse(names.contains { instruction_set_named($0).nonzeroBitCount != 1 })
    XCTAssertEqual(instruction_set_named("no such extension"), 0)
  }

  /// The kernel reads the same bits independently; it may hide some, but shows none that is not there.
  func testWhatTheKernelShowsIsAvailable() throws {
    guard let cpuinfo = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = cpuinfo.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
    else { throw XCTSkip("no flags in /proc/cpuinfo") }
    let flags = Set(line.split(separator: " ").map(String.init))
    let kernelNames = ["sse3": "pni", "lzcnt": "abm"]
    let available = instruction_set_available()
    let names = missing(.max, 0, capacity: 4096).names.split(separator: ", ").map(String.init)
    for name in names where flags.contains(kernelNames[name] ?? name) {
      XCTAssertNotEqual(available & instruction_set_named(name), 0, name)
    }
  }

  // MARK: The program on an older CPU

  /// Runs the program beside this test bundle on an emulated CPU of 2008.
  private func runOnNehalem(
    environment: [String: String] = [:]
  ) throws -> (status: Int32, errors: String) {
    let emulator = "/usr/bin/qemu-x86_64"
    guard FileManager.default.isExecutableFile(atPath: emulator) else {
      throw XCTSkip("no qemu-x86_64 to emulate an older CPU with (Debian package qemu-user)")
    }
    guard instruction_set_required() & set("avx") != 0 else {
      throw XCTSkip("built for CPUs as old as the one that would be emulated")
    }
    let program = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("stratum").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: emulator)
    process.arguments = ["-cpu", "Nehalem", program, "--help"]
    let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.contains("LOCAL") }
    process.environment = inherited.merging(environment) { $1 }
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  func testProgramRefusesAnOlderCPUInOneSentence() throws {
    let (status, errors) = try runOnNehalem()
    XCTAssertEqual(status, 1)
    XCTAssertEqual(errors.split(separator: "\n").count, 1, errors)
    XCTAssertTrue(errors.hasPrefix("stratum: this program was built for a CPU with "), errors)
    XCTAssertTrue(errors.contains("avx2"), errors)
  }

  func testOnlyOneProcessOfANodeSpeaks() throws {
    for variable in ["OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"] {
      let (status, errors) = try runOnNehalem(environment: [variable: "1"])
      XCTAssertEqual(status, 1, variable)
      XCTAssertEqual(errors, "", variable)
      XCTAssertNotEqual(try runOnNehalem(environment: [variable: "0"]).errors, "", variable)
    }
  }
}
#endif
