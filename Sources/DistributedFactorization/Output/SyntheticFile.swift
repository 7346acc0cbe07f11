import Factorization
import MPI

/// A text file of a synthetic matrix that all ranks write together, each its part.
///
/// The lines are row, column and value, separated by tabs, identifiers counting from 1. The file gets
/// its name when it is whole.
public struct SyntheticFile {
  private let path: String
  private let replacesFile: Bool

  /// Names the file.
  public init(path: String, replacesFile: Bool) {
    self.path = path
    self.replacesFile = replacesFile
  }

  /// Generates and writes the matrix.
  ///
  /// Collective.
  ///
  /// Every rank generates its part twice, first to count its bytes, so that it knows where to write
  /// without holding the text.
  ///
  /// - Returns: the noise floor of the whole matrix.
  /// - Throws: `InputFailure` on all ranks where the file exists or cannot be written.
  public func write(
    _ matrix: SyntheticMatrix, _ communicator: borrowing Communicator
  ) throws -> NoiseFloor {
    var pending: PendingFile?
    let partial = try communicator.beginShared(
      path, replacesFile: replacesFile, pending: &pending)
    var bytes = 0
    let own = matrix.generate(part: communicator.rank, of: communicator.size) { chunk in
      bytes += Self.text(chunk).count
    }
    var offset = try communicator.exclusiveScan(bytes, .sum, onRankZero: 0)
    var file = try SharedFile(partial, named: path, communicator)
    matrix.generate(part: communicator.rank, of: communicator.size) { chunk in
      let text = Self.text(chunk)
      file.write(text.span, at: offset)
      offset += text.count
    }
    try file.finish(communicator)
    try communicator.agree { () throws(InputError) in try pending.take()?.commit() }
    var floor = NoiseFloor(unit: own.unit)
    floor.units = try communicator.allReduce(own.units, .sum)
    floor.count = try communicator.allReduce(own.count, .sum)
    return floor
  }

  private static func text(_ ratings: Span<Rating>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(20 * ratings.count)
    for index in ratings.indices {
      let rating = ratings[index]
      // Numbers are written so that reading them gives the same bits.
      text += "\(rating.row + 1)\t\(rating.column + 1)\t\(rating.value)\n".utf8
    }
    return text
  }
}
