import Foundation
import MPI
import XCTest

/// How jobs begin and end, seen from outside: these tests start mpirun themselves, and must not run
/// inside one.
final class LauncherTests: XCTestCase {
  private func probe(
    _ name: String, _ arguments: [String] = [], ranks: Int = 3
  ) throws -> Subprocess {
    try Package.run("MPILauncherProbe", [name] + arguments, ranks: ranks)
  }

  private func assertOneLine(
    _ line: String, _ job: Subprocess, file: StaticString = #filePath, at number: UInt = #line
  ) {
    let mark = line.split(separator: ":").last.map(String.init) ?? line
    XCTAssertEqual(
      job.errorLines(containing: mark), [Substring(line)], job.standardError, file: file,
      line: number)
    XCTAssertNotEqual(job.status, 0, file: file, line: number)
  }

  func testOpenMPIsTrapsAreAvoidedWhereTheyAre() {
    func settings(_ environment: [String: String]) -> [String] {
      Launcher.settings(in: environment, cpus: 4).keys.map { String($0.dropFirst(9)) }.sorted()
    }
    XCTAssertEqual(settings([:]), [])
    XCTAssertEqual(
      settings(["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_SIZE": "4"]), [])
    XCTAssertEqual(
      settings(["OMPI_COMM_WORLD_SIZE": "9", "OMPI_COMM_WORLD_LOCAL_SIZE": "4"]),
      ["mpi_preconnect_mpi"])
    XCTAssertEqual(
      settings(["SLURM_STEP_NUM_TASKS": "11", "SLURM_STEP_TASKS_PER_NODE": "3(x2),5"]),
      ["mpi_preconnect_mpi", "mpi_yield_when_idle"])
    // An mpirun within a step of Slurm's knows better.
    XCTAssertEqual(
      settings([
        "OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
        "SLURM_STEP_NUM_TASKS": "3", "SLURM_STEP_TASKS_PER_NODE": "1(x3)",
      ]), [])
  }

  func testAJobThatEndsWellExitsWithZero() throws {
    let job = try probe("fine")
    XCTAssertEqual(job.status, 0, job.standardError)
    XCTAssertEqual(job.standardOutput, "sum 3\n")
    XCTAssertEqual(job.standardError, "")
  }

  func testAnErrorOnOneRankPrintsOneLineAndTakesAllRanksDown() throws {
    let job = try probe("one-rank-throws")
    assertOneLine("rank 2 of 3: the flux capacitor is empty", job)
    XCTAssertTrue(job.standardOutput.contains("output before the error of rank 2"))
  }

  func testAnMPIErrorNamesItsFunction() throws {
    let job = try probe("mpi-error")
    let lines = job.errorLines(containing: "rank 2 of 3: MPI_Send: ")
    XCTAssertEqual(lines.count, 1, job.standardError)
    XCTAssertNotEqual(job.status, 0)
  }

  func testAnAgreedFailureIsPrintedByRankZeroAloneAndKeepsItsExitCode() throws {
    for ranks in [1, 3] {
      let job = try probe("agreed-failure", ranks: ranks)
      XCTAssertEqual(
        job.errorLines(containing: "ratings.tsv"), ["ratings.tsv: no such file"],
        job.standardError)
      XCTAssertEqual(job.status, 3)
      XCTAssertFalse(job.standardError.contains("MPI_ABORT"), job.standardError)
    }
  }

  func testAnErrorIsNotHeldUpByATransferThatNobodyReceives() throws {
    assertOneLine(
      "rank 2 of 3: the flux capacitor is empty", try probe("throws-with-send-under-way"))
    assertOneLine("rank 2 of 3: the flux capacitor is empty", try probe("throws-while-lending"))
  }

  func testAnAgreedFailureIsNotHeldUpByTransfersUnderWay() throws {
    for name in ["agreed-failure-with-transfers-under-way", "agreed-failure-while-lending"] {
      let job = try probe(name)
      XCTAssertEqual(
        job.errorLines(containing: "ratings.tsv"), ["ratings.tsv: no such file"],
        job.standardError)
      XCTAssertEqual(job.status, 3, name)
    }
  }

  func testAnAgreedFailureNeverLooksLikeSuccess() throws {
    XCTAssertEqual(try probe("agreed-failure-with-code-zero").status, 1)
  }

  func testSendsThatNobodyReceivesEndTheJobWithASentence() throws {
    let job = try probe("returns-with-transfers-under-way")
    XCTAssertFalse(job.errorLines(containing: "never received").isEmpty, job.standardError)
    XCTAssertNotEqual(job.status, 0)
  }

  func testADroppedSendWaitsForAReceiverThatStillWorks() throws {
    let job = try probe("receives-late")
    XCTAssertEqual(job.standardError, "")
    XCTAssertEqual(job.status, 0)
  }

  func testAFileThatWasNotClosedIsClosedAtTheEnd() throws {
    let path = NSTemporaryDirectory() + "/mpi-dropped-file-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let job = try probe("drops-open-file", [path])
    XCTAssertEqual(job.status, 0, job.standardError)
    XCTAssertEqual(FileManager.default.contents(atPath: path), Data([0, 1, 2]))
  }

  func testFilesThatWereNotClosedMayBeDroppedInAnyOrder() throws {
    let paths = (0..<2).map { _ in
      NSTemporaryDirectory() + "/mpi-dropped-file-\(UUID().uuidString)"
    }
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    XCTAssertEqual(try probe("drops-files-in-different-orders", paths).status, 0)
  }

  func testARankThatIsKilledTakesTheJobDown() throws {
    XCTAssertNotEqual(try probe("killed-rank").status, 0)
  }

  func testTheThreadLevelThatWasAskedForIsGiven() throws {
    let job = try probe("needs-threads")
    XCTAssertEqual(job.status, 0, job.standardError)
    XCTAssertEqual(job.standardOutput, "all threads may call\n")
  }

  func testAnotherMPIsLauncherIsNoticed() throws {
    let other = Package.isMPICH ? "mpirun.openmpi" : "mpirun.mpich"
    guard try Subprocess(["which", other]).status == 0 else {
      throw XCTSkip("\(other) is not installed")
    }
    let arguments = Package.isMPICH ? ["--oversubscribe", "--timeout", "60"] : []
    let path = Package.products.appendingPathComponent("MPILauncherProbe").path
    let job = try Subprocess(
      ["timeout", "60", other] + arguments + ["-n", "3", path, "fine"],
      environment: Package.launcherEnvironment)
    let variable = Package.isMPICH ? "OMPI_COMM_WORLD_SIZE" : "PMI_SIZE"
    XCTAssertEqual(
      job.errorLines(containing: "\(variable) says that 3 processes were started").count, 1,
      job.standardError)
    XCTAssertNotEqual(job.status, 0)
    XCTAssertFalse(job.standardOutput.contains("sum"))
  }

  func testASlurmStepOfSeveralTasksWithoutItsMPIIsNoticed() throws {
    let path = Package.products.appendingPathComponent("MPILauncherProbe").path
    let step = ["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "0"]
    let first = try Subprocess([path, "fine"], environment: step)
    XCTAssertEqual(
      first.errorLines(containing: "SLURM_STEP_NUM_TASKS says that 4 processes").count, 1,
      first.standardError)
    XCTAssertNotEqual(first.status, 0)
    let second = try Subprocess(
      [path, "fine"], environment: step.merging(["SLURM_PROCID": "1"]) { $1 })
    XCTAssertEqual(second.standardError, "")
    XCTAssertNotEqual(second.status, 0)
    // mpirun -n 1 inside such a step is one rank, as it should be.
    let inner = try Subprocess(
      [path, "fine"], environment: step.merging(["PMI_SIZE": "1"]) { $1 })
    XCTAssertEqual(inner.standardOutput, "sum 0\n", inner.standardError)
  }

  func testMpirunInsideASlurmStepOfOneTaskIsNoticed() throws {
    let path = Package.products.appendingPathComponent("MPILauncherProbe").path
    let variable = Package.isMPICH ? "OMPI_COMM_WORLD_SIZE" : "PMI_SIZE"
    let job = try Subprocess(
      [path, "fine"],
      environment: ["SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0", variable: "4"])
    XCTAssertEqual(
      job.errorLines(containing: "\(variable) says that 4 processes").count, 1,
      job.standardError)
    XCTAssertNotEqual(job.status, 0)
  }

  func testWithoutALauncherTheWorldHasOneRank() throws {
    let path = Package.products.appendingPathComponent("MPILauncherProbe").path
    let job = try Subprocess([path, "fine"])
    XCTAssertEqual(job.standardOutput, "sum 0\n", job.standardError)
    XCTAssertEqual(job.status, 0)
  }
}
