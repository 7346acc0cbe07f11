import Factorization
import XCTest

/// NumPy files: what is written reads back, and what is no such file is refused with its reason.
final class NPYTests: XCTestCase {
  func testHeaderIsWhatNumPyWrites() {
    let header = NPYHeader(elementType: .float32, shape: [943, 64])
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (943, 64), }"
    XCTAssertEqual(Array(header.bytes.prefix(10)), [0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0])
    XCTAssertEqual(header.bytes[10..<10 + text.utf8.count], Array(text.utf8)[...])
    XCTAssertEqual(header.bytes.last, UInt8(ascii: "\n"))
    XCTAssertEqual(header.bytes.count, 128)
  }

  func testDataBeginsAtAMultipleOf64AndRowsFollowEachOther() {
    for digits in 1...18 {
      let rows = Int(String(repeating: "9", count: digits)) ?? 0
      let header = NPYHeader(elementType: .int64, shape: [rows])
      XCTAssertEqual(header.dataOffset % 64, 0)
      XCTAssertEqual(header.bytes.count, header.dataOffset)
    }
    let header = NPYHeader(elementType: .float32, shape: [10, 3])
    XCTAssertEqual(header.byteOffset(ofRow: 0), header.dataOffset)
    XCTAssertEqual(header.byteOffset(ofRow: 7), header.dataOffset + 7 * 3 * 4)
    XCTAssertEqual(header.byteOffset(ofRow: 10), header.fileBytes)
  }

  func testHeaderReadsBack() throws {
    let shapes = [[0], [5], [3, 4], [2, 3, 4], [10_000_000, 128]]
    let types: [NPYElementType] = [.float32, .int64, .unicode(width: 17)]
    for shape in shapes {
      for type in types {
        let header = NPYHeader(elementType: type, shape: shape)
        XCTAssertEqual(try NPYHeader(parsing: header.bytes, file: "x.npy"), header)
      }
    }
  }

  func testArraysReadBack() throws {
    let directory = try TemporaryDirectory()
    let floats: [Float] = [0, -1.5, .pi, .infinity, .leastNonzeroMagnitude, 3]
    let integers: [Int64] = [.min, -1, 0, .max]
    func write<Element>(_ type: NPYElementType, _ shape: [Int], _ elements: [Element]) throws {
      let header = NPYHeader(elementType: type, shape: shape)
      try directory.write(
        header.bytes + elements.withUnsafeBytes { Array($0) }, to: "\(type.name.dropFirst()).npy")
    }
    try write(.float32, [2, 3], floats)
    try write(.int64, [4], integers)
    XCTAssertEqual(try NPYFile(path: directory.file("f4.npy")).readFloats(), floats)
    XCTAssertEqual(try NPYFile(path: directory.file("i8.npy")).readIntegers(), integers)
    XCTAssertEqual(try NPYFile(path: directory.file("f4.npy")).header.shape, [2, 3])
  }

  func testTextReadsBack() throws {
    let directory = try TemporaryDirectory()
    let strings = ["", "a", "The Matrix (1999)", "Amélie", "千と千尋の神隠し", "👩‍🚀"]
    let width = NPYText.width(of: strings)
    XCTAssertEqual(width, 17)
    let header = NPYHeader(elementType: .unicode(width: width), shape: [strings.count])
    try directory.write(
      header.bytes + NPYText.encode(strings, width: width), to: "text.npy")
    XCTAssertEqual(try NPYFile(path: directory.file("text.npy")).readStrings(), strings)
  }

  func testManyStringsReadBackAcrossChunks() throws {
    let directory = try TemporaryDirectory()
    let strings = (0..<70_000).map { "item-\($0)" }
    let header = NPYHeader(elementType: .unicode(width: 50), shape: [strings.count])
    try directory.write(header.bytes + NPYText.encode(strings, width: 50), to: "text.npy")
    XCTAssertEqual(try NPYFile(path: directory.file("text.npy")).readStrings(), strings)
  }

  func testForeignAndDamagedFilesAreRefused() throws {
    let directory = try TemporaryDirectory()
    let whole = NPYHeader(elementType: .float32, shape: [2]).bytes + [UInt8](repeating: 0, count: 8)
    func header(_ dictionary: String) -> [UInt8] {
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(dictionary.utf8.count), 0]
        + Array(dictionary.utf8)
    }
    let cases: [(bytes: [UInt8], message: String)] = [
      ([], "is not a NumPy file"),
      (Array("user\titem\n".utf8), "is not a NumPy file"),
      (Array(whole.prefix(8)), "ends within its NumPy header"),
      (Array(whole.prefix(40)), "ends within its NumPy header"),
      (whole.dropLast(), "is truncated: it has 135 bytes where its header tells of 136"),
      (whole + [0], "is damaged: it has 137 bytes where its header tells of 136"),
      (Array(whole.prefix(6)) + [2] + whole.dropFirst(7), "version 2.0"),
      (header("{'descr': '<f4', 'shape': (2,)}"), "header that cannot be read"),
      (header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"), "cannot be read"),
      (header("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)"), "cannot be read"),
      (header("nonsense"), "header that cannot be read"),
      (
        header("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}"),
        "is in Fortran order"
      ),
      (header("{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}"), "of type '>f4'"),
      (header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}"), "of type '<f8'"),
      (header("{'descr': '<f4', 'fortran_order': False, 'shape': ()}"), "a shape that no array"),
      (
        header(
          "{'descr': '<f4', 'fortran_order': False, 'shape': (9000000000000000000, 900000000)}"),
        "a shape that no array"
      ),
    ]
    for (number, (bytes, message)) in cases.enumerated() {
      let path = directory.file("case-\(number).npy")
      try directory.write(bytes, to: "case-\(number).npy")
      assertInputError("\(path): ", message) { () throws(InputError) in
        _ = try NPYFile(path: path)
      }
    }
    assertInputError("missing.npy: cannot be opened (No such file or directory)") {
      () throws(InputError) in _ = try NPYFile(path: "missing.npy")
    }
    XCTAssertEqual(mkfifo(directory.file("pipe"), 0o600), 0)
    for path in [directory.path, directory.file("pipe")] {
      assertInputError("\(path): is not a file") { () throws(InputError) in
        _ = try NPYFile(path: path)
      }
    }
  }

  func testAWrongElementTypeIsNamed() throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      NPYHeader(elementType: .int64, shape: [1]).bytes + [UInt8](repeating: 0, count: 8),
      to: "a.npy")
    assertInputError("has elements of type '<i8' where '<f4' is needed") {
      () throws(InputError) in _ = try NPYFile(path: directory.file("a.npy")).readFloats()
    }
    assertInputError("has elements of type '<i8' where text ('<U') is needed") {
      () throws(InputError) in _ = try NPYFile(path: directory.file("a.npy")).readStrings()
    }
  }

  func testTextThatIsNoUnicodeIsRefused() throws {
    let directory = try TemporaryDirectory()
    let bytes = NPYHeader(elementType: .unicode(width: 1), shape: [1]).bytes + [0, 0xD8, 0, 0]
    try directory.write(bytes, to: "surrogate.npy")
    assertInputError("has text that is no Unicode") { () throws(InputError) in
      _ = try NPYFile(path: directory.file("surrogate.npy")).readStrings()
    }
  }
}
