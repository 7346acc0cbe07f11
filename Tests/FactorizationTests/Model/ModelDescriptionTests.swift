import Factorization
import XCTest

/// `model.json`: stable text, numbers that read back as the same, and clear refusals.
final class ModelDescriptionTests: XCTestCase {
  private let description = TestModel.description(rows: 3, columns: 4, factors: 2, hasBiases: true)

  func testADescriptionReadsBackEqual() throws {
    XCTAssertEqual(
      try ModelDescription(json: description.json(), file: "model.json"), description)
  }

  func testEveryDoubleReadsBackToTheBit() throws {
    var generator = SplitMix(state: 3)
    var description = description
    for _ in 0..<1000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      description.result.loss = value
      let read = try ModelDescription(json: description.json(), file: "model.json")
      XCTAssertEqual(read.result.loss.bitPattern, value.bitPattern)
    }
  }

  func testTheTextIsStableWithKeysInOrderOneALine() throws {
    let text = String(decoding: try description.json(), as: UTF8.self)
    XCTAssertEqual(text, String(decoding: try description.json(), as: UTF8.self))
    let keys = text.split(separator: "\n")
      .filter { $0.hasPrefix("  \"") }
      .map { $0.prefix { $0 != ":" } }
    XCTAssertEqual(keys, keys.sorted())
    XCTAssertTrue(keys.contains("  \"formatVersion\" "))
    XCTAssertTrue(text.hasSuffix("}\n"))
  }

  func testAbsentValuesAreLeftOut() throws {
    var description = description
    description.globalMean = nil
    description.result.testRMSE = nil
    let json = try description.json()
    XCTAssertFalse(String(decoding: json, as: UTF8.self).contains("globalMean"))
    XCTAssertEqual(try ModelDescription(json: json, file: "model.json"), description)
  }

  func testOptionsHoldAnyJSON() throws {
    var description = description
    description.options = [
      "none": nil, "flag": false, "count": -3, "scale": 0.1, "name": "a\"b\n/é",
      "list": [1, 2.5, "x"], "nested": ["a": [:]],
    ]
    XCTAssertEqual(
      try ModelDescription(json: description.json(), file: "model.json"), description)
  }

  func testUnusableDescriptionsAreRefusedWithTheReason() throws {
    let text = String(decoding: try description.json(), as: UTF8.self)
    func with(_ old: String, _ new: String) -> String {
      XCTAssertTrue(text.contains(old))
      return text.replacingOccurrences(of: old, with: new)
    }
    let cases = [
      ("", "it is not JSON"),
      (String(text.dropLast(20)), "it is not JSON"),
      ("{}", "'formatVersion' is missing"),
      (with("\"formatVersion\" : 1", "\"formatVersion\" : 2"), "is of model format 2"),
      ("{\"formatVersion\": 99}", "use a newer version"),
      (with("\"seed\" :", "\"sead\" :"), "'training.seed' is missing"),
      (with("\"rows\" : 3", "\"rows\" : \"3\""), "'rows' has a value of the wrong type"),
      (with("\"rows\" : 3", "\"rows\" : -3"), "its counts or range are impossible"),
    ]
    for (json, message) in cases {
      assertInputError("model/model.json: ", message) { () throws(InputError) in
        _ = try ModelDescription(json: Array(json.utf8), file: "model/model.json")
      }
    }
  }

  func testAnInfiniteNumberIsRefused() {
    var description = description
    description.result.loss = .infinity
    assertInputError("infinite or not a number") { () throws(InputError) in
      _ = try description.json()
    }
  }

  /// Version 0.1 knew none of these options.
  func testADescriptionWithoutWhatCameLaterIsRead() throws {
    var old = description
    old.training.pointOrder = nil
    old.training.wire = nil
    old.training.step.undoesRises = nil
    old.training.step.usesAdaGrad = nil
    let text = String(decoding: try old.json(), as: UTF8.self)
    for key in ["pointOrder", "wire", "undoesRises", "usesAdaGrad"] {
      XCTAssertFalse(text.contains(key), key)
    }
    XCTAssertEqual(try ModelDescription(json: Array(text.utf8), file: "model.json"), old)
  }

  /// Before version 0.2 there were neither an L1 penalty nor constraints.
  func testAPenaltyWithoutWhatCameLaterIsRead() throws {
    let json = #"{"rows":1,"columns":2,"rowBiases":3,"columnBiases":4,"isWeighted":true}"#
    let penalty = try JSONDecoder().decode(Regularization.self, from: Data(json.utf8))
    XCTAssertEqual(penalty.columnBiases, 4)
    XCTAssertEqual(penalty.absolute, 0)
    XCTAssertEqual(penalty.constraint, .none)
  }
}
