import Factorization
import MPI

/// A model directory that all ranks fill together under a temporary name.
///
/// Rank 0 makes and renames it; dropping it without `finish` removes it.
struct ParallelDirectory: ~Copyable {
  private let path: String
  /// On rank 0 only.
  private var pending: PendingDirectory?

  /// Makes the directory.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where it cannot be made.
  init(
    for destination: String, replacesModel: Bool, _ communicator: borrowing Communicator
  ) throws {
    var made: PendingDirectory?
    var problem: InputError?
    if communicator.rank == 0 {
      do throws(InputError) {
        made = try PendingDirectory(for: destination, replacesModel: replacesModel)
      } catch { problem = error }
    }
    try communicator.agree { () throws(InputError) in if let problem { throw problem } }
    let name = made?.path ?? ""
    pending = made
    path = String(
      decoding: try communicator.broadcast(Array(name.utf8), from: 0), as: UTF8.self)
  }

  /// Writes this rank's rows of an array of floats; nothing where the model has no such array.
  ///
  /// Collective.
  borrowing func write(
    _ values: [Float], _ array: ModelFiles.Array, _ range: Range<Int>, _ files: ModelFiles,
    _ communicator: borrowing Communicator
  ) throws(MPIError) {
    guard files.arrays.contains(array) else { return }
    // As bytes, because the header and the elements are one file; all machines are little-endian.
    let bytes = values.withUnsafeBytes { Array($0) }
    try write(bytes, array, range, files, communicator)
  }

  /// Writes this rank's share of the identifiers.
  ///
  /// Collective.
  borrowing func write(
    _ identifiers: Identifiers, _ array: ModelFiles.Array, _ range: Range<Int>,
    _ files: ModelFiles, _ communicator: borrowing Communicator
  ) throws(MPIError) {
    let bytes = identifiers.npyBytes(in: range, as: files.header(of: array).elementType)
    try write(bytes, array, range, files, communicator)
  }

  private borrowing func write(
    _ bytes: [UInt8], _ array: ModelFiles.Array, _ range: Range<Int>, _ files: ModelFiles,
    _ communicator: borrowing Communicator
  ) throws(MPIError) {
    let header = files.header(of: array)
    let file = try File.open(
      path + "/" + array.fileName, [.create, .writeOnly], on: communicator)
    if communicator.rank == 0 { try file.write(header.bytes.span, at: 0) }
    try file.writeAll(bytes.span, at: files.byteOffset(of: array, row: range.lowerBound))
    try file.close()
  }

  /// Writes the description and gives the directory its name.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where the file system refuses it.
  consuming func finish(
    _ description: ModelDescription, _ communicator: borrowing Communicator
  ) throws {
    var problem: InputError?
    if let pending = pending.take() {
      do throws(InputError) {
        var file = try OutputFile(path: pending.path + "/" + ModelFiles.descriptionName)
        try file.write(String(decoding: description.json(), as: UTF8.self))
        try file.commit()
        try pending.commit()
      } catch { problem = error }
    }
    try communicator.agree { () throws(InputError) in if let problem { throw problem } }
  }
}
