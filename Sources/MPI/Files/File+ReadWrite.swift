import CMPI

extension File {
  /// Writes values at an offset.
  ///
  /// One rank calls it.
  ///
  /// The corresponding MPI function is `MPI_File_write_at`.
  ///
  /// - Parameters:
  ///   - values: the elements.
  ///   - byteOffset: where the first of them goes, in bytes from the start of the file.
  /// - Throws: `MPIError`; of class `inputOutput` where not all could be written.
  public func write<Element: MPIDatatype>(
    _ values: Span<Element>, at byteOffset: Int
  ) throws(MPIError) {
    let message = try Message(values)
    var status = MPI_Status()
    let code = MPI_File_write_at(
      handle.handle, MPI_Offset(byteOffset), message.address, message.count, message.type.handle,
      &status)
    try check(code, "MPI_File_write_at")
    try require(values.count * MemoryLayout<Element>.stride, of: status, "MPI_File_write_at")
  }

  /// Writes values at an offset, each rank its own.
  ///
  /// Collective, which lets MPI merge what the ranks write; a rank with nothing to write gives an
  /// empty span.
  ///
  /// The corresponding MPI function is `MPI_File_write_at_all`.
  ///
  /// - Parameters:
  ///   - values: this rank's elements.
  ///   - byteOffset: where the first of them goes, in bytes from the start of the file.
  /// - Throws: `MPIError`; of class `inputOutput` where not all could be written.
  public func writeAll<Element: MPIDatatype>(
    _ values: Span<Element>, at byteOffset: Int
  ) throws(MPIError) {
    let message = try Message(values)
    var status = MPI_Status()
    let code = MPI_File_write_at_all(
      handle.handle, MPI_Offset(byteOffset), message.address, message.count, message.type.handle,
      &status)
    try check(code, "MPI_File_write_at_all")
    try require(values.count * MemoryLayout<Element>.stride, of: status, "MPI_File_write_at_all")
  }

  /// Reads values from an offset.
  ///
  /// One rank calls it.
  ///
  /// The corresponding MPI function is `MPI_File_read_at`.
  ///
  /// - Parameters:
  ///   - buffer: room for the elements.
  ///   - byteOffset: where the first of them is, in bytes from the start of the file.
  /// - Returns: how many whole elements there were: fewer than `buffer` has where the file ends.
  ///   Bytes behind the last whole one may be in the buffer.
  /// - Throws: `MPIError`.
  @discardableResult
  public func read<Element: MPIDatatype>(
    into buffer: consuming MutableSpan<Element>, at byteOffset: Int
  ) throws(MPIError) -> Int {
    let message = try Message(buffer)
    var status = MPI_Status()
    let code = MPI_File_read_at(
      handle.handle, MPI_Offset(byteOffset), message.address, message.count, message.type.handle,
      &status)
    try check(code, "MPI_File_read_at")
    return try byteCount(status, "MPI_File_read_at") / MemoryLayout<Element>.stride
  }

  /// Reads values from an offset, each rank its own.
  ///
  /// Collective.
  ///
  /// The corresponding MPI function is `MPI_File_read_at_all`.
  ///
  /// - Parameters:
  ///   - buffer: room for this rank's elements.
  ///   - byteOffset: where the first of them is, in bytes from the start of the file.
  /// - Returns: how many whole elements there were: fewer than `buffer` has where the file ends.
  ///   Bytes behind the last whole one may be in the buffer.
  /// - Throws: `MPIError`.
  @discardableResult
  public func readAll<Element: MPIDatatype>(
    into buffer: consuming MutableSpan<Element>, at byteOffset: Int
  ) throws(MPIError) -> Int {
    let message = try Message(buffer)
    var status = MPI_Status()
    let code = MPI_File_read_at_all(
      handle.handle, MPI_Offset(byteOffset), message.address, message.count, message.type.handle,
      &status)
    try check(code, "MPI_File_read_at_all")
    let bytes = try byteCount(status, "MPI_File_read_at_all")
    // Open MPI 4.1 reports what was asked for, also where the file ends before that.
    return min(bytes, max(0, try size - byteOffset)) / MemoryLayout<Element>.stride
  }

  /// A full disk shows in the status.
  private func require(
    _ bytes: Int, of status: MPI_Status, _ function: StaticString
  ) throws(MPIError) {
    let written = try byteCount(status, function)
    guard written == bytes else {
      throw MPIError(
        errorClass: .inputOutput, message: "\(written) of \(bytes) bytes were written",
        function: function)
    }
  }

  /// How many bytes were read or written: a file may end within an element.
  private func byteCount(
    _ status: MPI_Status, _ function: StaticString
  ) throws(MPIError) -> Int {
    try Status(status, of: Datatype(cmpi_byte()), function).count
  }
}
