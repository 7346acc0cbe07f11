import Factorization
import Foundation

/// The directory that the checkpoints of one run are in: `epoch-00003.checkpoint`, and so on.
///
/// Rank 0 looks into it and tidies up.
struct CheckpointDirectory {
  let path: String
  private static let suffix = ".checkpoint"

  /// The checkpoint after an epoch.
  func file(ofEpoch epoch: Int) -> CheckpointFile {
    CheckpointFile(path: path + String(format: "/epoch-%05d", epoch) + Self.suffix)
  }

  /// The epochs after which there are checkpoints, the last first.
  var epochs: [Int] { names.compactMap(Self.epoch(ofFile:)).sorted(by: >) }

  /// Removes all checkpoints but those after some epochs, and what interrupted writes have left.
  func remove(allBut kept: [Int]) {
    for name in names {
      let isKept = Self.epoch(ofFile: name).map { kept.contains($0) } ?? !Self.isLeftover(name)
      if !isKept { unlink("\(path)/\(name)") }
    }
  }

  private var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  }

  private static func epoch(ofFile name: String) -> Int? {
    guard name.hasPrefix("epoch-"), name.hasSuffix(suffix) else { return nil }
    return Int(name.dropFirst("epoch-".count).dropLast(suffix.count))
  }

  /// Whether it is the temporary name of a checkpoint.
  private static func isLeftover(_ name: String) -> Bool {
    guard let end = name.range(of: suffix + ".partial-") else { return false }
    return epoch(ofFile: name[..<end.lowerBound] + suffix) != nil
  }
}
