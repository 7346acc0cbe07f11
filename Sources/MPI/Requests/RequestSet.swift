import CMPI

/// Several transfers under way, waited for together.
///
///     var arrivals = RequestSet<Buffer<Float>>()
///     for source in neighbours {
///       arrivals.append(try world.startReceive(into: Buffer(repeating: 0, count: n), from: source))
///     }
///     while let arrival = try arrivals.waitAny() { use(arrival.payload) }
///
/// Requests have positions from 0, in the order in which they were appended. What is still under
/// way when the set is dropped is given up as a dropped `Request` is.
public struct RequestSet<Payload: ~Copyable>: ~Copyable, @unchecked Sendable {
  // The payloads are reachable through this value alone: sendable.
  private var handles: [CMPIRequest] = []
  /// One for each request; nil when its payload has been given back.
  private var tickets: [Ticket<Payload>?] = []

  /// The number of requests whose payload has not been given back.
  public private(set) var count = 0

  /// Creates a set without requests.
  public init() {}

  /// Adds a request and returns its position.
  @discardableResult
  public mutating func append(_ request: consuming Request<Payload>) -> Int {
    let (handle, ticket) = request.release()
    handles.append(handle)
    tickets.append(ticket)
    count += 1
    return tickets.count - 1
  }

  /// Waits until one of the transfers is over, and gives it back; nil where none is left.
  public mutating func waitAny() throws(MPIError) -> Arrival<Payload>? {
    var position: Int32 = 0
    var status = MPI_Status()
    try check(cmpi_wait_any(Int32(handles.count), &handles, &position, &status), "MPI_Waitany")
    if position == cmpi_undefined() { return nil }
    return try arrival(Int(position), status, "MPI_Waitany")
  }

  /// Gives back one of the transfers that are over; nil where none is, or none is left.
  ///
  /// Does not wait.
  public mutating func testAny() throws(MPIError) -> Arrival<Payload>? {
    var position: Int32 = 0
    var isOver: Int32 = 0
    var status = MPI_Status()
    let code = cmpi_test_any(Int32(handles.count), &handles, &position, &isOver, &status)
    try check(code, "MPI_Testany")
    if isOver == 0 || position == cmpi_undefined() { return nil }
    return try arrival(Int(position), status, "MPI_Testany")
  }

  /// Waits until at least one transfer is over, and hands all that are to `receive`.
  ///
  /// - Parameter receive: called for each of them.
  /// - Returns: how many there were; 0 where none was left.
  /// - Throws: `MPIError`, of the transfer that failed or thrown by `receive`; the payloads that
  ///   were not handed over by then are freed with the set.
  @discardableResult
  public mutating func waitSome(
    _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void
  ) throws(MPIError) -> Int {
    try some("MPI_Waitsome", receive) { number, handles, done, positions, statuses in
      cmpi_wait_some(number, handles, done, positions, statuses)
    }
  }

  /// Hands all transfers that are over to `receive`; does not wait.
  ///
  /// - Parameter receive: called for each of them.
  /// - Returns: how many there were.
  /// - Throws: `MPIError`, as `waitSome` does.
  @discardableResult
  public mutating func testSome(
    _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void
  ) throws(MPIError) -> Int {
    try some("MPI_Testsome", receive) { number, handles, done, positions, statuses in
      cmpi_test_some(number, handles, done, positions, statuses)
    }
  }

  /// Waits until all transfers are over, and hands them to `receive` in order of position.
  ///
  /// - Parameter receive: called for each of them.
  /// - Throws: `MPIError`, as `waitSome` does.
  public mutating func waitAll(
    _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void
  ) throws(MPIError) {
    // One after the other, and not by MPI_Waitall: that of Open MPI 4.1 never returns when one of
    // the transfers fails and the thread level is above single.
    var statuses = [MPI_Status](repeating: MPI_Status(), count: handles.count)
    var failure: MPIError?
    for position in handles.indices {
      let code = MPI_Wait(&handles[position].handle, &statuses[position])
      if code != MPI_SUCCESS, failure == nil {
        failure = MPIError(code: code, function: "MPI_Wait")
      }
    }
    if let failure { throw failure }
    for position in tickets.indices where tickets[position] != nil {
      try receive(arrival(position, statuses[position], "MPI_Wait"))
    }
  }

  private mutating func some(
    _ function: StaticString, _ receive: (consuming Arrival<Payload>) throws(MPIError) -> Void,
    _ call: (
      Int32, UnsafeMutablePointer<CMPIRequest>?, UnsafeMutablePointer<Int32>,
      UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<MPI_Status>?
    ) -> Int32
  ) throws(MPIError) -> Int {
    var done: Int32 = 0
    var positions = [Int32](repeating: 0, count: handles.count)
    var statuses = [MPI_Status](repeating: MPI_Status(), count: handles.count)
    let code = call(Int32(handles.count), &handles, &done, &positions, &statuses)
    let found = done == cmpi_undefined() ? 0 : Int(done)
    try RequestSet.checkAll(code, Array(statuses.prefix(found)), function)
    for index in 0..<found {
      try receive(arrival(Int(positions[index]), statuses[index], function))
    }
    return found
  }

  /// Takes the payload of a transfer that is over out of the set.
  private mutating func arrival(
    _ position: Int, _ status: MPI_Status, _ function: StaticString
  ) throws(MPIError) -> Arrival<Payload> {
    guard let ticket = tickets[position] else {
      preconditionFailure("MPI completed a request that had been completed before")
    }
    let result = try ticket.status(status, function)
    tickets[position] = nil
    count -= 1
    return Arrival(position: position, payload: ticket.takePayload(), status: result)
  }

  /// Throws the error of the first transfer that failed, which MPI hides in its status.
  private static func checkAll(
    _ code: Int32, _ statuses: [MPI_Status], _ function: StaticString
  ) throws(MPIError) {
    if code == MPI_SUCCESS { return }
    let error = MPIError(code: code, function: function)
    guard error.errorClass == .inStatus else { throw error }
    for status in statuses where status.MPI_ERROR != MPI_SUCCESS {
      let cause = MPIError(code: status.MPI_ERROR, function: function)
      if cause.errorClass != .pending { throw cause }
    }
    throw error
  }

  deinit {
    for (handle, ticket) in zip(handles, tickets) { ticket?.drop(handle) }
  }
}

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
