import Factorization
import MPI

/// A model directory that all ranks fill together under a temporary name.
///
/// Rank 0 makes and renames it; dropping it without `finish` removes it.
struct ParallelDirectory: ~Copyable {
  private let destination: String
  private let path: String
  /// On rank 0 only.
  private var pending: PendingDirectory?

  /// Makes the directory.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where it cannot be made, or not all ranks see it.
  init(
    for destination: String, replacesModel: Bool, _ communicator: borrowing Communicator
  ) throws {
    var made: PendingDirectory?
    path = try communicator.makeShared(destination) { () throws(InputError) in
      made = try PendingDirectory(for: destination, of: .model, replaces: replacesModel)
      return made?.path ?? ""
    }
    pending = made
    self.destination = destination
  }

  /// Writes this rank's vectors, round by round, and their biases if there are any.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where any cannot write, or `MPIError`.
  borrowing func write(
    _ vectors: OrderedVectors, ofRows isRows: Bool, _ files: ModelFiles,
    _ communicator: borrowing Communicator
  ) throws {
    let array: ModelFiles.Array = isRows ? .rowFactors : .columnFactors
    var file = try begin(array, files, communicator)
    // Small beside the vectors, so they are kept until these are written.
    var biases: [Float] = []
    for round in 0..<vectors.rounds {
      let part = try vectors.part(round, communicator)
      file.write(
        part.factors.span, at: files.byteOffset(of: array, row: part.range.lowerBound))
      biases += part.biases
    }
    try file.finish(communicator)

    let biasArray: ModelFiles.Array = isRows ? .rowBiases : .columnBiases
    guard files.arrays.contains(biasArray) else { return }
    var biasFile = try begin(biasArray, files, communicator)
    biasFile.write(
      biases.span, at: files.byteOffset(of: biasArray, row: vectors.range.lowerBound))
    try biasFile.finish(communicator)
  }

  /// Writes this rank's share of the identifiers, some at a time, because text is wide.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where any cannot write.
  borrowing func write(
    _ identifiers: Identifiers, _ array: ModelFiles.Array, _ files: ModelFiles,
    _ communicator: borrowing Communicator
  ) throws {
    var file = try begin(array, files, communicator)
    let type = files.header(of: array).elementType
    let own = communicator.share(of: identifiers.count)
    let atOnce = max(1, (1 << 20) / type.bytes)
    for start in stride(from: own.lowerBound, to: own.upperBound, by: atOnce) {
      let bytes = identifiers.npyBytes(in: start..<min(start + atOnce, own.upperBound), as: type)
      file.write(bytes.span, at: files.byteOffset(of: array, row: start))
    }
    try file.finish(communicator)
  }

  /// Opens an array's file, with its header.
  private borrowing func begin(
    _ array: ModelFiles.Array, _ files: ModelFiles, _ communicator: borrowing Communicator
  ) throws -> SharedFile {
    var file = try SharedFile(path + "/" + array.fileName, named: destination, communicator)
    if communicator.rank == 0 { file.write(files.header(of: array).bytes.span, at: 0) }
    return file
  }

  /// Writes the description and gives the directory its name.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where the file system refuses it.
  consuming func finish(
    _ description: ModelDescription, _ communicator: borrowing Communicator
  ) throws {
    try communicator.agree { () throws(InputError) in
      guard let pending = pending.take() else { return }
      var file = try OutputFile(path: pending.path + "/" + ModelFiles.descriptionName)
      try file.write(String(decoding: description.json(), as: UTF8.self))
      try file.commit()
      try pending.commit()
    }
  }
}
