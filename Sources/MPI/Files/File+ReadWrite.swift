import CMPI

extension File {
  /// Writes values at an offset in bytes.
  ///
  /// One rank calls it.
  public func write<Element: MPIDatatype>(
    _ values: Span<Element>, at byteOffset: Int
  ) throws(MPIError) {
    let message = try Message(values)
    var status = MPI_Status()
    let code = MPI_File_write_at(
      handle.handle, MPI_Offset(byteOffset), message.address, message.count, message.type.handle,
      &status)
    try check(code, "MPI_File_write_at")
    try requireWhole(status, values.count, of: Element.datatype, "MPI_File_write_at")
  }

  /// Writes values at an offset in bytes, each rank its own.
  ///
  /// Collective, which lets MPI merge what the ranks write; a rank with nothing to write gives an
  /// empty span.
  public func writeAll<Element: MPIDatatype>(
    _ values: Span<Element>, at byteOffset: Int
  ) throws(MPIError) {
    let message = try Message(values)
    var status = MPI_Status()
    let code = MPI_File_write_at_all(
      handle.handle, MPI_Offset(byteOffset), message.address, message.count, message.type.handle,
      &status)
    try check(code, "MPI_File_write_at_all")
    try requireWhole(status, values.count, of: Element.datatype, "MPI_File_write_at_all")
  }

  /// Reads values from an offset in bytes.
  ///
  /// One rank calls it.
  ///
  /// - Returns: how many elements there were: fewer than `buffer` has where the file ends.
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
    return try Status(status, of: Element.datatype, "MPI_File_read_at").count
  }

  /// Reads values from an offset in bytes, each rank its own.
  ///
  /// Collective.
  ///
  /// - Returns: how many elements there were: fewer than `buffer` has where the file ends.
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
    let count = try Status(status, of: Element.datatype, "MPI_File_read_at_all").count
    // Open MPI 4.1 reports what was asked for, also where the file ends before that.
    return min(count, max(0, try size - byteOffset) / MemoryLayout<Element>.stride)
  }

  /// A file that ends in the middle of an element, or a full disk, shows in the status.
  private func requireWhole(
    _ status: MPI_Status, _ count: Int, of datatype: Datatype, _ function: StaticString
  ) throws(MPIError) {
    let written = try Status(status, of: datatype, function).count
    guard written == count else {
      throw MPIError(
        errorClass: .inputOutput, message: "\(written) of \(count) elements were written",
        function: function)
    }
  }
}
