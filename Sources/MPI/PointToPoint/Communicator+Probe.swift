import CMPI

extension Communicator {
  /// Waits for a message and tells of it without receiving it.
  ///
  /// Point to point: the source must send one. Another thread could receive the message first;
  /// `matchedProbe` rules that out.
  ///
  /// The corresponding MPI function is `MPI_Probe`.
  ///
  /// - Parameters:
  ///   - type: what the message's elements are.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: who sent the message, with which tag, and how many elements it has.
  /// - Throws: `MPIError`; of class `type` where it is no whole number of elements.
  public func probe<Element: MPIDatatype>(
    for type: Element.Type, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> Status {
    var status = MPI_Status()
    let code = MPI_Probe(mpiSource(source), mpiTag(tag), handle.handle, &status)
    try check(code, "MPI_Probe")
    return try Status(status, of: Element.datatype, "MPI_Probe")
  }

  /// Tells of a message if one is there, without receiving it or waiting for it.
  ///
  /// Point to point; does not wait. Another thread could receive the message first;
  /// `matchedProbeIfThere` rules that out.
  ///
  /// The corresponding MPI function is `MPI_Iprobe`.
  ///
  /// - Parameters:
  ///   - type: what the message's elements are.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: who sent the message, with which tag, and how many elements it has; nil where none
  ///   is there.
  /// - Throws: `MPIError`; of class `type` where it is no whole number of elements.
  public func probeIfThere<Element: MPIDatatype>(
    for type: Element.Type, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> Status? {
    var status = MPI_Status()
    var found: Int32 = 0
    let code = MPI_Iprobe(mpiSource(source), mpiTag(tag), handle.handle, &found, &status)
    try check(code, "MPI_Iprobe")
    return found == 0 ? nil : try Status(status, of: Element.datatype, "MPI_Iprobe")
  }

  /// Waits for a message and takes it out of the queue, to be received by its own `receive`.
  ///
  /// Point to point: the source must send one.
  ///
  /// The corresponding MPI function is `MPI_Mprobe`.
  ///
  /// - Parameters:
  ///   - type: what the message's elements are.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: the message.
  /// - Throws: `MPIError`; of class `type` where the message is no whole number of elements: it is
  ///   thrown away then.
  public func matchedProbe<Element: MPIDatatype>(
    for type: Element.Type, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> MatchedMessage<Element> {
    var status = MPI_Status()
    var message = cmpi_message_null()
    let code = MPI_Mprobe(
      mpiSource(source), mpiTag(tag), handle.handle, &message.handle, &status)
    try check(code, "MPI_Mprobe")
    return try MatchedMessage(message, status, "MPI_Mprobe")
  }

  /// Takes a message out of the queue if one is there, without waiting for it.
  ///
  /// Point to point; does not wait.
  ///
  /// The corresponding MPI function is `MPI_Improbe`.
  ///
  /// - Parameters:
  ///   - type: what the message's elements are.
  ///   - source: the sender's rank, or `nobody`; nil is any rank (`MPI_ANY_SOURCE`).
  ///   - tag: the sender's tag; nil is any tag (`MPI_ANY_TAG`).
  /// - Returns: the message, to be received by its own `receive`; nil where none is there.
  /// - Throws: `MPIError`; of class `type` where the message is no whole number of elements: it is
  ///   thrown away then.
  public func matchedProbeIfThere<Element: MPIDatatype>(
    for type: Element.Type, from source: Int? = nil, tag: Int? = nil
  ) throws(MPIError) -> MatchedMessage<Element>? {
    var status = MPI_Status()
    var message = cmpi_message_null()
    var found: Int32 = 0
    let code = MPI_Improbe(
      mpiSource(source), mpiTag(tag), handle.handle, &found, &message.handle, &status)
    try check(code, "MPI_Improbe")
    if found == 0 { return nil }
    return try MatchedMessage(message, status, "MPI_Improbe")
  }
}
