import Factorization
import MPI

extension Training {
  /// Finds out whether a model directory can be written, without leaving anything.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where it cannot.
  public static func checkOutput(
    _ directory: String, replacesModel: Bool, _ communicator: borrowing Communicator
  ) throws {
    _ = try ParallelDirectory(for: directory, replacesModel: replacesModel, communicator)
  }

  /// Writes the model directory.
  ///
  /// Collective.
  ///
  /// In rounds, the vectors are brought into the order of dense indices, each rank receiving a run of
  /// neighbouring rows or columns, and every rank writes its part of each file by MPI I/O. The directory is
  /// filled under a temporary name and renamed, so it is whole or absent.
  ///
  /// - Throws: `InputFailure` on all ranks where the directory cannot be written.
  public func write(
    to directory: String, replacesModel: Bool, description: ModelDescription,
    rowIdentifiers: Identifiers, columnIdentifiers: Identifiers,
    _ communicator: borrowing Communicator
  ) throws {
    let files = ModelFiles(
      rows: rowIdentifiers.count, columns: columnIdentifiers.count, factors: options.factors,
      hasBiases: options.hasBiases, rowIdentifierType: rowIdentifiers.elementType,
      columnIdentifierType: columnIdentifiers.elementType)
    let writer = try ParallelDirectory(
      for: directory, replacesModel: replacesModel, communicator)
    for isRows in [true, false] {
      let identifiers = isRows ? rowIdentifiers : columnIdentifiers
      try writer.write(
        OrderedVectors(ofRows: isRows, self, communicator), ofRows: isRows, files, communicator)
      try writer.write(
        identifiers, isRows ? .rowIdentifiers : .columnIdentifiers, files, communicator)
    }
    try writer.finish(description, communicator)
  }
}
