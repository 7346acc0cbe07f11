import Factorization
import MPI

/// The length of a file and the CRC-32 of its bytes, as gzip has it.
public struct FileChecksum: Equatable, Sendable {
  /// The length.
  public let bytes: Int
  /// The CRC-32.
  public let crc32: UInt32

  /// Reads a file, each rank its part.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where it cannot be read, or `MPIError`.
  public init(path: String, _ communicator: borrowing Communicator) throws {
    var opened: File?
    var failure: MPIError?
    do throws(MPIError) {
      opened = try File.open(path, .readOnly, on: communicator)
    } catch { failure = error }
    try communicator.agree { () throws(InputError) in try Self.check(failure, path) }
    guard let file = opened.take() else { preconditionFailure("no error, no file") }
    bytes = try file.size
    let part = communicator.share(of: bytes)
    var own: UInt32 = 0
    do throws(MPIError) { own = try Self.crc32(of: file, part) } catch { failure = error }
    try file.close()
    try communicator.agree { () throws(InputError) in try Self.check(failure, path) }
    let parts = try communicator.allGather(own)
    let lengths = try communicator.allGather(part.count)
    crc32 = zip(parts, lengths).reduce(0) { checksum($0, then: $1.0, ofBytes: $1.1) }
  }

  private static func crc32(of file: borrowing File, _ part: Range<Int>) throws(MPIError) -> UInt32
  {
    let bytesAtOnce = 16 << 20
    var crc: UInt32 = 0
    var buffer = [UInt8](repeating: 0, count: min(bytesAtOnce, part.count))
    for start in stride(from: part.lowerBound, to: part.upperBound, by: bytesAtOnce) {
      let count = min(bytesAtOnce, part.upperBound - start)
      try file.read(into: buffer.mutableSpan, at: start)
      crc = checksum(crc, then: checksum(buffer.prefix(count)), ofBytes: count)
    }
    return crc
  }

  private static func check(_ failure: MPIError?, _ path: String) throws(InputError) {
    if let failure { throw InputError("cannot be read (\(failure.message))", file: path) }
  }
}
