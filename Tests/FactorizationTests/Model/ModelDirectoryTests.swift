import Factorization
import XCTest

/// Model directories: whole or absent, never in place of something else, readable by NumPy.
final class ModelDirectoryTests: XCTestCase {
  private let strings = Identifiers.strings(["Amélie", "Zorro", "千と千尋"])

  func testAModelReadsBackEqual() throws {
    let directory = try TemporaryDirectory()
    let models = [
      TestModel.random(rows: 5, columns: 7, factors: 3),
      TestModel.random(rows: 5, columns: 3, factors: 4, columnIdentifiers: strings),
      TestModel.random(rows: 2, columns: 2, factors: 1, hasBiases: false, globalMean: nil),
      TestModel.random(rows: 3000, columns: 100, factors: 64),
    ]
    for (number, model) in models.enumerated() {
      try model.write(to: directory.file("model-\(number)"))
      XCTAssertEqual(try Model(directory: directory.file("model-\(number)")), model)
    }
    XCTAssertEqual(try directory.names, ["model-0", "model-1", "model-2", "model-3"])
  }

  func testRowRangesWrittenAtTheirOffsetsGiveTheSameFiles() throws {
    let directory = try TemporaryDirectory()
    let model = TestModel.random(rows: 3, columns: 9, factors: 5, rowIdentifiers: strings)
    try model.write(to: directory.file("model"))
    let header = model.files.header(of: .columnFactors)
    var bytes = [UInt8](repeating: 0, count: model.files.byteOffset(of: .columnFactors, row: 9))
    bytes.replaceSubrange(0..<header.dataOffset, with: header.bytes)
    for range in [4..<9, 0..<1, 1..<4] {
      let start = model.files.byteOffset(of: .columnFactors, row: range.lowerBound)
      let rows = Array(model.columnFactors[5 * range.lowerBound..<5 * range.upperBound])
      let rowBytes = rows.withUnsafeBytes { Array($0) }
      bytes.replaceSubrange(start..<start + rowBytes.count, with: rowBytes)
    }
    XCTAssertEqual(try directory.read("model/H.npy"), bytes)

    let type = model.rowIdentifiers.elementType
    XCTAssertEqual(
      try directory.read("model/row-ids.npy"),
      model.files.header(of: .rowIdentifiers).bytes
        + model.rowIdentifiers.npyBytes(in: 0..<1, as: type)
        + model.rowIdentifiers.npyBytes(in: 1..<3, as: type))
  }

  func testOnlyAModelIsReplacedAndOnlyOnDemand() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("model")
    let first = TestModel.random(rows: 5, columns: 7, factors: 3)
    let second = TestModel.random(rows: 2, columns: 2, factors: 1, hasBiases: false)
    try first.write(to: path)
    assertInputError("exists already", "--force") { () throws(InputError) in
      try second.write(to: path)
    }
    XCTAssertEqual(try Model(directory: path), first)
    try second.write(to: path + "/", replacesModel: true)
    XCTAssertEqual(try Model(directory: path), second)
    XCTAssertFalse(try directory.names.contains("row-biases.npy"))

    try FileManager.default.createDirectory(
      atPath: directory.file("photos"), withIntermediateDirectories: false)
    assertInputError("exists and is not a model") { () throws(InputError) in
      try second.write(to: directory.file("photos"), replacesModel: true)
    }
    XCTAssertEqual(try directory.names, ["model", "photos"])
  }

  func testWhatComesToStandThereMeanwhileIsKept() throws {
    let directory = try TemporaryDirectory()
    for replacesModel in [false, true] {
      let path = directory.file("model-\(replacesModel)")
      let pending = try PendingDirectory(for: path, of: .model, replaces: replacesModel)
      let partial = pending.path
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      try directory.write([1], to: "model-\(replacesModel)/photo")
      var sentence = ""
      do throws(InputError) { try pending.commit() } catch { sentence = "\(error)" }
      XCTAssertTrue(sentence.hasPrefix("\(path): "), sentence)
      XCTAssertTrue(sentence.hasSuffix("; what was to stand there is in \(partial)"), sentence)
      XCTAssertEqual(try directory.read("model-\(replacesModel)/photo"), [1])
      XCTAssertTrue(FileManager.default.fileExists(atPath: partial))
    }
  }

  func testWhatAKilledRunLeftIsInNobodysWay() throws {
    let directory = try TemporaryDirectory()
    let first = try PendingDirectory(for: directory.file("model"), of: .model, replaces: false)
    let second = try PendingDirectory(for: directory.file("model"), of: .model, replaces: false)
    XCTAssertNotEqual(first.path, second.path)
  }

  func testAModelThatCannotBeWrittenLeavesNothing() throws {
    let directory = try TemporaryDirectory()
    let complete = TestModel.random(rows: 5, columns: 7, factors: 3)
    assertInputError("cannot be made (No such file or directory)") { () throws(InputError) in
      try complete.write(to: directory.file("absent/model"))
    }
    var description = complete.description
    description.result.loss = .nan
    let indescribable = Model(
      description: description, rowFactors: complete.rowFactors,
      columnFactors: complete.columnFactors, rowBiases: complete.rowBiases,
      columnBiases: complete.columnBiases, rowIdentifiers: complete.rowIdentifiers,
      columnIdentifiers: complete.columnIdentifiers)
    assertInputError("infinite or not a number") { () throws(InputError) in
      try indescribable.write(to: directory.file("model"))
    }
    XCTAssertEqual(try directory.names, [])
  }

  func testUnusableModelsAreRefusedWithTheReason() throws {
    let directory = try TemporaryDirectory()
    let model = TestModel.random(rows: 5, columns: 7, factors: 3)
    let path = directory.file("model")
    assertInputError("\(path): there is no such model directory") { () throws(InputError) in
      _ = try Model(directory: path)
    }
    try directory.write([], to: "file")
    assertInputError("is not a model: it has no model.json") { () throws(InputError) in
      _ = try Model(directory: directory.file("file"))
    }

    func assertRefused(_ name: String, _ bytes: [UInt8]?, _ message: String) throws {
      try model.write(to: path, replacesModel: true)
      if let bytes {
        try directory.write(bytes, to: "model/\(name)")
      } else {
        try FileManager.default.removeItem(atPath: directory.file("model/\(name)"))
      }
      assertInputError("\(path)/\(name): ", message) { () throws(InputError) in
        _ = try Model(directory: path)
      }
    }
    func npy(_ type: NPYElementType, _ shape: [Int]) -> [UInt8] {
      let header = NPYHeader(elementType: type, shape: shape)
      return header.bytes + [UInt8](repeating: 0, count: header.dataBytes)
    }
    try assertRefused("W.npy", nil, "cannot be opened (No such file or directory)")
    try assertRefused(
      "W.npy", npy(.float32, [5, 4]), "has shape 5 × 4, but model.json tells of 5 × 3")
    try assertRefused("W.npy", npy(.float32, [15]), "has shape 15, but model.json tells of 5 × 3")
    try assertRefused("H.npy", npy(.int64, [7, 3]), "'<i8' where '<f4' is needed")
    try assertRefused("row-biases.npy", npy(.float32, [4]), "has shape 4")
    try assertRefused("row-ids.npy", npy(.int64, [5]), "do not ascend")
    try assertRefused("row-ids.npy", npy(.float32, [5]), "holds no identifiers")
    try assertRefused("column-ids.npy", npy(.int64, [1]), "has shape 1, but model.json tells of 7")
    try assertRefused("model.json", Array("{}".utf8), "'formatVersion' is missing")
  }

  func testNumPyReadsTheModelAsItIs() throws {
    let directory = try TemporaryDirectory()
    let model = TestModel.random(rows: 4, columns: 3, factors: 5, columnIdentifiers: strings)
    try model.write(to: directory.file("model"))
    // Python prints numbers so that they read back as the same.
    let script = """
      import json, numpy, sys
      load = lambda name: numpy.load(sys.argv[1] + "/" + name + ".npy", allow_pickle=False)
      names = ["W", "H", "row-biases", "column-biases", "row-ids", "column-ids"]
      arrays = {name: load(name) for name in names}
      description = json.load(open(sys.argv[1] + "/model.json"))
      W, H = arrays["W"], arrays["H"]
      shapes = [[description["rows"], description["factors"]], [description["columns"], description["factors"]]]
      assert [list(W.shape), list(H.shape)] == shapes
      assert all(array.flags.aligned for array in arrays.values())
      print(json.dumps({name: array.flatten().tolist() for name, array in arrays.items()}))
      """
    let output = try PythonWithNumPy.run(script, arguments: [directory.file("model")])
    let read = try JSONDecoder().decode(ArraysFromPython.self, from: output)
    XCTAssertEqual(read.rowFactors, model.rowFactors)
    XCTAssertEqual(read.columnFactors, model.columnFactors)
    XCTAssertEqual(read.rowBiases, model.rowBiases)
    XCTAssertEqual(read.columnBiases, model.columnBiases)
    XCTAssertEqual(.integers(read.rowIdentifiers), model.rowIdentifiers)
    XCTAssertEqual(.strings(read.columnIdentifiers), model.columnIdentifiers)
  }

  func testWhatNumPySavesReadsAsItIs() throws {
    let directory = try TemporaryDirectory()
    let script = """
      import numpy, sys
      numpy.save(sys.argv[1] + "/f4.npy", numpy.array([[0.5, -1.25, 3]], dtype="float32"))
      numpy.save(sys.argv[1] + "/text.npy", numpy.array(["a", "Amélie"]))
      numpy.save(sys.argv[1] + "/i8.npy", numpy.array([-5, 2**62]))
      """
    _ = try PythonWithNumPy.run(script, arguments: [directory.path])
    XCTAssertEqual(try NPYFile(path: directory.file("f4.npy")).readFloats(), [0.5, -1.25, 3])
    XCTAssertEqual(try NPYFile(path: directory.file("text.npy")).readStrings(), ["a", "Amélie"])
    XCTAssertEqual(try NPYFile(path: directory.file("i8.npy")).readIntegers(), [-5, 1 << 62])
  }
}

/// The arrays of a model as Python printed them.
private struct ArraysFromPython: Decodable {
  var rowFactors: [Float]
  var columnFactors: [Float]
  var rowBiases: [Float]
  var columnBiases: [Float]
  var rowIdentifiers: [Int64]
  var columnIdentifiers: [String]

  enum CodingKeys: String, CodingKey {
    case rowFactors = "W"
    case columnFactors = "H"
    case rowBiases = "row-biases"
    case columnBiases = "column-biases"
    case rowIdentifiers = "row-ids"
    case columnIdentifiers = "column-ids"
  }
}
