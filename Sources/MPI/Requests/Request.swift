import CMPI

/// A transfer under way that owns what it reads or writes.
///
/// What was given to it cannot be touched until `wait` or `test` gives it back, and each request
/// completes once; the compiler sees to both.
///
/// A request that is dropped, because nobody waits for it or an error passes by, neither blocks nor
/// frees memory that MPI still uses: a receive is cancelled; a send or collective operation goes
/// on, and its payload is kept until it is over, at the latest until the end of `withMPI`.
public struct Request<Payload: ~Copyable>: ~Copyable {
  private var handle: CMPIRequest
  private let ticket: Ticket<Payload>
  private var isSettled = false

  init(_ handle: CMPIRequest, _ ticket: Ticket<Payload>) {
    self.handle = handle
    self.ticket = ticket
  }

  /// Waits until the transfer is over, and gives back what was given to it.
  ///
  /// Completes what was started: of a collective operation every rank must start it, of a message
  /// the partner must take part.
  ///
  /// The corresponding MPI function is `MPI_Wait`.
  ///
  /// - Returns: the payload, and what a receive tells of its message.
  /// - Throws: `MPIError` where the transfer failed; the payload is freed then.
  public consuming func wait() throws(MPIError) -> Completed<Payload> {
    var status = MPI_Status()
    let code = MPI_Wait(&handle.handle, &status)
    isSettled = true
    let outcome = try ticket.outcome(code, status, handle, "MPI_Wait")
    return Completed(payload: ticket.takePayload(), status: outcome)
  }

  /// Gives back the payload if the transfer is over, and the request if it is not.
  ///
  /// Does not wait.
  ///
  /// The corresponding MPI function is `MPI_Test`.
  ///
  /// - Returns: the one or the other.
  /// - Throws: `MPIError` where the transfer failed; the payload is freed then.
  public consuming func test() throws(MPIError) -> TestOutcome<Payload> {
    var status = MPI_Status()
    var isOver: Int32 = 0
    let code = MPI_Test(&handle.handle, &isOver, &status)
    if code == MPI_SUCCESS, isOver == 0 { return .pending(self) }
    isSettled = true
    let outcome = try ticket.outcome(code, status, handle, "MPI_Test")
    return .completed(ticket.takePayload(), outcome)
  }

  /// Hands the transfer to a set of requests.
  consuming func release() -> (CMPIRequest, Ticket<Payload>) {
    isSettled = true
    return (handle, ticket)
  }

  deinit { if !isSettled { ticket.drop(handle) } }
}

// The payload is reachable through the request alone until it is given back.
extension Request: @unchecked Sendable where Payload: Sendable, Payload: ~Copyable {}

/// A transfer that is over: what was given to it, and what it tells.
@frozen
public struct Completed<Payload: ~Copyable>: ~Copyable {
  /// What was given to the transfer.
  public var payload: Payload
  /// Who sent what was received; for sends and collective operations it says nothing.
  public let status: Status

  init(payload: consuming Payload, status: Status) {
    self.payload = payload
    self.status = status
  }
}

extension Completed: Sendable where Payload: Sendable, Payload: ~Copyable {}

/// What looking at a transfer without waiting finds.
@frozen
public enum TestOutcome<Payload: ~Copyable>: ~Copyable {
  /// It is over; the payload is back.
  case completed(Payload, Status)
  /// It is under way; the request lives on.
  case pending(Request<Payload>)
}

extension TestOutcome: Sendable where Payload: Sendable, Payload: ~Copyable {}
