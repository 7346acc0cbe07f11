import DistributedFactorization
import Factorization
import Foundation

/// A folder that tells what a run was: the model, the training log, and `manifest.json`.
struct RunFolder {
  private let path: String

  /// Makes the folder unless it is there.
  ///
  /// - Throws: `InputError` where it cannot be made.
  init(_ path: String) throws(InputError) {
    self.path = path
    try makeOutputDirectory(path)
  }

  /// The model of a run.
  static func model(_ path: String) -> String { path + "/model" }

  /// The training log of a run.
  static func log(_ path: String) -> String { path + "/log.jsonl" }

  /// Writes the manifest, in the place of that of an earlier start.
  ///
  /// - Throws: `InputError` where it cannot be written.
  func write(_ manifest: [String: JSONValue]) throws(InputError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var file = try OutputFile(path: path + "/manifest.json")
    do {
      try file.write(String(decoding: try encoder.encode(manifest), as: UTF8.self) + "\n")
    } catch {
      throw error as? InputError ?? InputError("cannot be described: \(error)", file: path)
    }
    try file.commit()
  }
}
