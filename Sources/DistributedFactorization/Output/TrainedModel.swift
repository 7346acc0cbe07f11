import Factorization
import Foundation
import MPI

extension DSGD {
  /// Writes the model directory.
  ///
  /// Collective.
  ///
  /// The vectors are first brought into the order of dense indices, each rank receiving a run of
  /// neighbouring rows and columns; then every rank writes its part of each file by MPI I/O. The
  /// directory is filled under a temporary name and renamed, so it is whole or absent.
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
    let rows = try OrderedVectors(
      ofRows: true, count: rowIdentifiers.count, self, communicator)
    try writer.write(rows.factors, .rowFactors, rows.range, files, communicator)
    try writer.write(rows.biases, .rowBiases, rows.range, files, communicator)
    let columns = try OrderedVectors(
      ofRows: false, count: columnIdentifiers.count, self, communicator)
    try writer.write(columns.factors, .columnFactors, columns.range, files, communicator)
    try writer.write(columns.biases, .columnBiases, columns.range, files, communicator)
    try writer.write(rowIdentifiers, .rowIdentifiers, rows.range, files, communicator)
    try writer.write(columnIdentifiers, .columnIdentifiers, columns.range, files, communicator)
    try writer.finish(description, communicator)
  }
}
