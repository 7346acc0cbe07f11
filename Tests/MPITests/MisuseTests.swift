import Foundation
import XCTest

/// Misuse that must not compile, beside a twin that must: the twin shows that it is the misuse, and
/// nothing else, that the compiler refuses.
final class MisuseTests: XCTestCase {
  private static let preamble = "import MPI\n"

  /// Compiles a source file against the built module and returns what the compiler says.
  private func compile(_ source: String) throws -> Subprocess {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("misuse-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("Misuse.swift")
    try (MisuseTests.preamble + source).write(to: file, atomically: true, encoding: .utf8)
    let flags = try Subprocess(["pkg-config", "--cflags", Package.mpi]).standardOutput
      .split(whereSeparator: \.isWhitespace).flatMap { ["-Xcc", String($0)] }
    let moduleMap = Package.root.appendingPathComponent("Sources/CMPI/module.modulemap").path
    // Ownership is checked when the intermediate language is made, after the types.
    return try Subprocess(
      [
        "swiftc", "-swift-version", "6", "-emit-sil", "-o", "/dev/null",
        "-I", Package.products.appendingPathComponent("Modules").path,
        "-Xcc", "-fmodule-map-file=\(moduleMap)",
      ] + flags + [file.path])
  }

  private func assertMisuse(
    _ diagnostic: String, _ misuse: String, instead proper: String,
    file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let refused = try compile(misuse)
    XCTAssertNotEqual(refused.status, 0, "the misuse compiles", file: file, line: line)
    let errors = refused.errorLines(containing: "error:")
    XCTAssertFalse(errors.isEmpty, refused.standardError, file: file, line: line)
    XCTAssertTrue(
      errors.contains { $0.contains(diagnostic) }, refused.standardError, file: file, line: line)
    let accepted = try compile(proper)
    XCTAssertEqual(accepted.status, 0, accepted.standardError, file: file, line: line)
  }

  func testTouchingASentBuffer() throws {
    try assertMisuse(
      "'buffer' used after consume",
      """
      func f(_ world: borrowing Communicator) throws {
        let buffer = Buffer([1, 2, 3])
        let request = try world.startSend(giving: buffer, to: 1)
        print(buffer[0])
        _ = try request.wait()
      }
      """,
      instead: """
        func f(_ world: borrowing Communicator) throws {
          let buffer = Buffer([1, 2, 3])
          let request = try world.startSend(giving: buffer, to: 1)
          let done = try request.wait()
          print(done.payload[0])
        }
        """)
  }

  func testWaitingTwice() throws {
    try assertMisuse(
      "'request' consumed more than once",
      """
      func f(_ world: borrowing Communicator) throws {
        let request = try world.startReceive(into: Buffer<Int>(repeating: 0, count: 1))
        _ = try request.wait()
        _ = try request.wait()
      }
      """,
      instead: """
        func f(_ world: borrowing Communicator) throws {
          let request = try world.startReceive(into: Buffer<Int>(repeating: 0, count: 1))
          _ = try request.wait()
        }
        """)
  }

  func testABitwiseReductionOfDoubles() throws {
    try assertMisuse(
      "'bitwiseOr' requires that 'Double' conform to 'IntegerDatatype'",
      """
      func f(_ world: borrowing Communicator) throws {
        _ = try world.allReduce(1.5, .bitwiseOr)
      }
      """,
      instead: """
        func f(_ world: borrowing Communicator) throws {
          _ = try world.allReduce(1, .bitwiseOr)
          _ = try world.allReduce(1.5, .sum)
        }
        """)
  }

  func testASumOfBooleans() throws {
    try assertMisuse(
      "requires that 'Bool' conform to 'NumericDatatype'",
      """
      func f(_ world: borrowing Communicator) throws { _ = try world.allReduce(true, .sum) }
      """,
      instead: """
        func f(_ world: borrowing Communicator) throws {
          _ = try world.allReduce(true, .logicalAnd)
        }
        """)
  }

  func testAStructWithAStringAsADatatype() throws {
    try assertMisuse(
      "'BitwiseCopyable'-conforming struct 'User' has non-bitwise-copyable type 'String'",
      """
      struct User: TrivialDatatype {
        var name: String
        var age: Int
      }
      """,
      instead: """
        struct User: TrivialDatatype {
          var number: Int
          var age: Int
        }
        """)
  }

  func testCopyingACommunicator() throws {
    try assertMisuse(
      "'world' is borrowed and cannot be consumed",
      """
      func f(_ world: borrowing Communicator) -> Communicator { world }
      """,
      instead: """
        func f(_ world: borrowing Communicator) throws -> Communicator { try world.duplicate() }
        """)
  }

  func testWritingToALentBuffer() throws {
    try assertMisuse(
      "overlapping accesses to 'values'",
      """
      func f(_ world: borrowing Communicator) throws {
        var values = [1, 2, 3]
        _ = try world.whileReceiving(into: values.mutableSpan, from: 0) { values[0] = 7 }
      }
      """,
      instead: """
        func f(_ world: borrowing Communicator) throws {
          var values = [1, 2, 3]
          var others = [4, 5, 6]
          _ = try world.whileReceiving(into: values.mutableSpan, from: 0) { others[0] = 7 }
        }
        """)
  }

  func testTouchingAPersistentBufferUnderWay() throws {
    try assertMisuse(
      "'halo' used after consume",
      """
      func f(_ world: borrowing Communicator) throws {
        let halo = try world.persistentSend(giving: Buffer([1]), to: 1)
        let started = try halo.start()
        print(halo.span[0])
        _ = try started.wait()
      }
      """,
      instead: """
        func f(_ world: borrowing Communicator) throws {
          let halo = try world.persistentSend(giving: Buffer([1]), to: 1)
          let started = try halo.start()
          let again = try started.wait()
          print(again.span[0])
        }
        """)
  }

  func testSharingAcrossThreadsWhatIsNotSendable() throws {
    let sharing = """
      func share<Value: Sendable & ~Copyable>(_ value: borrowing Value) {}
      func f<Storage: ContiguousStorage & ~Copyable>(_ request: borrowing Request<Storage>)
      """
    try assertMisuse(
      "type 'Storage' does not conform to the 'Sendable' protocol",
      sharing + " { share(request) }",
      instead: sharing + " where Storage: Sendable { share(request) }")
  }

  func testIgnoringAnError() throws {
    try assertMisuse(
      "errors thrown from here are not handled",
      """
      func f(_ world: borrowing Communicator) { try world.barrier() }
      """,
      instead: """
        func f(_ world: borrowing Communicator) throws(MPIError) { try world.barrier() }
        """)
  }
}
