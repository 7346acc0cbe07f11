import Factorization
import Foundation

/// Models and directories for the tests.
enum TestModel {
  /// A description with round numbers, for a model of the given size.
  static func description(
    rows: Int, columns: Int, factors: Int, hasBiases: Bool, globalMean: Double? = 3.5,
    clip: Bool = true, loss: LossKind = .squared
  ) -> ModelDescription {
    ModelDescription(
      stratumVersion: "0.1.0", rows: rows, columns: columns, factors: factors,
      hasBiases: hasBiases, globalMean: globalMean,
      ratings: ModelDescription.Ratings(
        count: 100_000, mean: 3.529_86, minimum: 1, maximum: 5, path: "ratings.tsv",
        format: ["delimiter": "\t", "header": false, "rowColumn": 1], testFraction: 0.1),
      clip: clip,
      training: ModelDescription.Training(
        loss: loss.rawValue,
        regularization: Regularization(
          rows: 0.05, columns: 0.1, rowBiases: 1e-3, columnBiases: 1.0 / 3, isWeighted: true),
        step: ModelDescription.Step(
          policy: "bold-driver", initialSize: 0.012_345_678_901_234_5,
          parameters: ["increase": 1.05, "decrease": 0.5]),
        schedule: "wor", blocks: 16, tileBytes: 1 << 19, seed: .max,
        initialDeviation: 0.1, lossPass: "running", epochs: 20, tolerance: 1e-4,
        rollsBack: true),
      result: ModelDescription.Result(
        epochs: 18, stopReason: "converged", loss: 0.1 + 0.2, trainRMSE: 0.8, testRMSE: 0.905),
      options: ["factors": 64, "weighted": true, "step": "bold-driver", "epsilon": 0.25])
  }

  /// A model with reproducible random parts.
  static func random(
    rows: Int, columns: Int, factors: Int, hasBiases: Bool = true, globalMean: Double? = 3.5,
    clip: Bool = true, loss: LossKind = .squared, rowIdentifiers: Identifiers? = nil,
    columnIdentifiers: Identifiers? = nil
  ) -> Model {
    var generator = SplitMix(state: 7)
    func floats(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }
    return Model(
      description: description(
        rows: rows, columns: columns, factors: factors, hasBiases: hasBiases,
        globalMean: globalMean, clip: clip, loss: loss),
      rowFactors: floats(rows * factors), columnFactors: floats(columns * factors),
      rowBiases: hasBiases ? floats(rows) : nil, columnBiases: hasBiases ? floats(columns) : nil,
      rowIdentifiers: rowIdentifiers ?? .integers((0..<rows).map { Int64(10 * $0 - 20) }),
      columnIdentifiers: columnIdentifiers ?? .integers((1..<columns + 1).map { Int64($0) }))
  }
}

/// A small generator of random numbers with a seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A directory for one test, removed with everything in it when it is dropped.
final class TemporaryDirectory {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("stratum-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  /// The names in the directory, in order.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}
