import CMPI

/// Several transfers under way, waited for together.
///
///     var arrivals = RequestSet<Buffer<Float>>()
///     for source in neighbours {
///       arrivals.append(try world.startReceive(into: Buffer(repeating: 0, count: n), from: source))
///     }
///     while let arrival = try arrivals.waitAny() { use(arrival.payload) }
///
/// Requests have positions from 0, in the order in which they were appended. A transfer that fails
/// leaves the set, and its payload is freed; the others stay, and those that are over are handed
/// over by whichever function is called next. What is still under way when the set is dropped is
/// given up as a dropped `Request` is.
public struct RequestSet<Payload: ~Copyable>: ~Copyable {
  private struct Member {
    let position: Int
    let ticket: Ticket<Payload>
  }

  /// A transfer that MPI says is over: where its handle is, and how it ended.
  private struct Ended {
    let index: Int
    let code: Int32
    let status: MPI_Status
  }

  private var nextPosition = 0
  /// The requests under way, as MPI takes them, and what belongs to each.
  private var handles: [CMPIRequest] = []
  private var underWay: [Member] = []
  /// Those that are over and well, and not handed over yet.
  private var completed: [(member: Member, status: Status)] = []

  /// The number of requests whose payload has not been given back.
  public var count: Int { underWay.count + completed.count }

  /// Creates a set without requests.
  public init() {}

  /// Adds a request.
  ///
  /// Does not communicate. No corresponding MPI function: a set is this wrapper's own.
  ///
  /// - Parameter request: the transfer; the set owns it from here on.
  /// - Returns: its position.
  @discardableResult
  public mutating func append(_ request: consuming Request<Payload>) -> Int {
    let (handle, ticket) = request.release()
    handles.append(handle)
    underWay.append(Member(position: nextPosition, ticket: ticket))
    nextPosition += 1
    return nextPosition - 1
  }

  /// Waits until one of the transfers is over, and gives it back.
  ///
  /// Completes what was started: the partners must take part.
  ///
  /// The corresponding MPI function is `MPI_Waitany`.
  ///
  /// - Returns: the transfer that is over; nil where none is left.
  /// - Throws: `MPIError` of a transfer that failed, which leaves the set.
  public mutating func waitAny() throws(MPIError) -> Arrival<Payload>? {
    try any("MPI_Waitany") { count, handles, index, status in
      cmpi_wait_any(count, handles, index, status)
    }
  }

  /// Gives back one of the transfers that are over.
  ///
  /// Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Testany`.
  ///
  /// - Returns: a transfer that is over; nil where none is, or none is left.
  /// - Throws: `MPIError` of a transfer that failed, which leaves the set.
  public mutating func testAny() throws(MPIError) -> Arrival<Payload>? {
    try any("MPI_Testany") { count, handles, index, status in
      // Where none is over, the index stays undefined.
      var isOver: Int32 = 0
      return cmpi_test_any(count, handles, index, &isOver, status)
    }
  }

  /// Waits until at least one transfer is over, and hands all that are to `receive`.
  ///
  /// Completes what was started: the partners must take part.
  ///
  /// The corresponding MPI function is `MPI_Waitsome`.
  ///
  /// - Parameter receive: called for each of them.
  /// - Returns: how many there were; 0 where none was left.
  /// - Throws: `MPIError`, thrown by `receive` or of the first transfer that failed; those that
  ///   failed leave the set, and what was not handed over stays in it.
  @discardableResult
  public mutating func waitSome(
    _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void
  ) throws(MPIError) -> Int {
    // Those that are over already are not to wait for others.
    if !completed.isEmpty { return try testSome(receive) }
    return try some("MPI_Waitsome", receive) { count, handles, done, indices, statuses in
      cmpi_wait_some(count, handles, done, indices, statuses)
    }
  }

  /// Hands all transfers that are over to `receive`.
  ///
  /// Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Testsome`.
  ///
  /// - Parameter receive: called for each of them.
  /// - Returns: how many there were.
  /// - Throws: `MPIError`, as `waitSome` does.
  @discardableResult
  public mutating func testSome(
    _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void
  ) throws(MPIError) -> Int {
    try some("MPI_Testsome", receive) { count, handles, done, indices, statuses in
      cmpi_test_some(count, handles, done, indices, statuses)
    }
  }

  /// Waits until all transfers are over, and hands them to `receive` in order of position.
  ///
  /// Completes what was started: the partners must take part.
  ///
  /// The corresponding MPI function is `MPI_Waitall`.
  ///
  /// - Parameter receive: called for each of them.
  /// - Throws: `MPIError`, as `waitSome` does; where a transfer failed, none is handed over by this
  ///   call.
  public mutating func waitAll(
    _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void
  ) throws(MPIError) {
    // One after the other, and not by MPI_Waitall: that of Open MPI 4.1 never returns when one of
    // the transfers fails and the thread level is above single.
    var ended: [Ended] = []
    for index in handles.indices {
      var status = MPI_Status()
      let code = MPI_Wait(&handles[index].handle, &status)
      ended.append(Ended(index: index, code: code, status: status))
    }
    try settle(ended, "MPI_Wait")
    completed.sort { $0.member.position < $1.member.position }
    _ = try handOver(receive)
  }

  private mutating func any(
    _ function: StaticString,
    _ call: (
      Int32, UnsafeMutablePointer<CMPIRequest>, UnsafeMutablePointer<Int32>,
      UnsafeMutablePointer<MPI_Status>
    ) -> Int32
  ) throws(MPIError) -> Arrival<Payload>? {
    if completed.isEmpty, !handles.isEmpty {
      var index = cmpi_undefined()
      var status = MPI_Status()
      let code = call(Int32(handles.count), &handles, &index, &status)
      if index == cmpi_undefined() {
        try check(code, function)
      } else {
        try settle([Ended(index: Int(index), code: code, status: status)], function)
      }
    }
    return completed.isEmpty ? nil : takeNext()
  }

  private mutating func some(
    _ function: StaticString, _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void,
    _ call: (
      Int32, UnsafeMutablePointer<CMPIRequest>, UnsafeMutablePointer<Int32>,
      UnsafeMutablePointer<Int32>, UnsafeMutablePointer<MPI_Status>
    ) -> Int32
  ) throws(MPIError) -> Int {
    var done: Int32 = 0
    var indices = [Int32](repeating: 0, count: handles.count)
    var statuses = [MPI_Status](repeating: MPI_Status(), count: handles.count)
    let code = call(Int32(handles.count), &handles, &done, &indices, &statuses)
    let found = done == cmpi_undefined() ? 0 : Int(done)
    // Where none failed, MPI need not write the error of each into its status.
    let ended = zip(indices, statuses).prefix(found).map { index, status in
      Ended(
        index: Int(index), code: code == MPI_SUCCESS ? code : status.MPI_ERROR, status: status)
    }
    try settle(ended, function)
    try check(code, function)
    return try handOver(receive)
  }

  /// Moves the transfers that MPI says are over out of those under way; throws the error of the
  /// first that failed.
  private mutating func settle(
    _ ended: [Ended], _ function: StaticString
  ) throws(MPIError) {
    var failure: MPIError?
    for transfer in ended {
      let (handle, member) = (handles[transfer.index], underWay[transfer.index])
      do throws(MPIError) {
        let status = try member.ticket.outcome(
          transfer.code, transfer.status, handle, function)
        completed.append((member, status))
      } catch {
        failure = failure ?? error
      }
    }
    // From the end, so that the indices of the others stay right.
    for index in ended.map(\.index).sorted(by: >) {
      handles.remove(at: index)
      underWay.remove(at: index)
    }
    if let failure { throw failure }
  }

  private mutating func handOver(
    _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void
  ) throws(MPIError) -> Int {
    let number = completed.count
    for _ in 0..<number { try receive(takeNext()) }
    return number
  }

  private mutating func takeNext() -> Arrival<Payload> {
    let (member, status) = completed.removeFirst()
    return Arrival(
      position: member.position, payload: member.ticket.takePayload(), status: status)
  }

  deinit {
    for (handle, member) in zip(handles, underWay) { member.ticket.drop(handle) }
    for (member, _) in completed { member.ticket.destroyPayload() }
  }
}

// The payloads are reachable through the set alone until they are given back.
extension RequestSet: @unchecked Sendable where Payload: Sendable, Payload: ~Copyable {}

/// One of several transfers, which is over.
@frozen
public struct Arrival<Payload: ~Copyable>: ~Copyable {
  /// Its position in the set.
  public let position: Int
  /// What was given to it.
  public var payload: Payload
  /// Who sent what was received; for sends and collective operations it says nothing.
  public let status: Status

  init(position: Int, payload: consuming Payload, status: Status) {
    self.position = position
    self.payload = payload
    self.status = status
  }
}

extension Arrival: Sendable where Payload: Sendable, Payload: ~Copyable {}
