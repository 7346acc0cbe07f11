import CMPI

/// What a receive tells about the message that came: an `MPI_Status`.
public struct Status: Sendable, Hashable {
  /// The rank that sent it: `MPI_SOURCE`.
  public let source: Int
  /// The sender's tag: `MPI_TAG`.
  public let tag: Int
  /// How many elements it had.
  ///
  /// The corresponding MPI function is `MPI_Get_elements_x`.
  public let count: Int

  /// The status of a transfer that received nothing: a send, or a collective operation.
  static let nothingReceived = Status(source: Communicator.nobody, tag: 0, count: 0)

  private init(source: Int, tag: Int, count: Int) {
    self.source = source
    self.tag = tag
    self.count = count
  }

  /// Reads MPI's status of a message of such elements.
  init(_ status: MPI_Status, of datatype: Datatype, _ function: StaticString) throws(MPIError) {
    // MPI_Get_elements_x counts basic elements, also of messages that int cannot count.
    var status = status
    var basics: MPI_Count = 0
    let code = MPI_Get_elements_x(&status, datatype.basic.handle, &basics)
    try check(code, "MPI_Get_elements_x")
    let (count, rest) = Int(basics).quotientAndRemainder(dividingBy: datatype.basicsPerElement)
    guard basics >= 0, rest == 0 else {
      throw MPIError(
        errorClass: .type, message: "the message is not a whole number of elements",
        function: function)
    }
    self.init(source: Int(status.MPI_SOURCE), tag: Int(status.MPI_TAG), count: count)
  }
}

/// A rank as MPI takes it.
///
/// What cannot be one becomes a number that MPI refuses; MPI's own negative numbers with meanings
/// are not let through, except that of `Communicator.nobody`.
func mpiRank(_ rank: Int) -> Int32 {
  if rank >= 0 { return Int32(clamping: rank) }
  return rank == Communicator.nobody ? cmpi_process_null() : .min
}

/// A source as MPI takes it; nil is any source.
func mpiSource(_ source: Int?) -> Int32 { source.map(mpiRank) ?? cmpi_any_source() }

/// A tag as MPI takes it; nil is any tag.
///
/// What cannot be one becomes a number that MPI refuses.
func mpiTag(_ tag: Int?) -> Int32 {
  guard let tag else { return cmpi_any_tag() }
  return Int32(exactly: tag).map { $0 < 0 ? .min : $0 } ?? .min
}
