/// Two buffers given to one collective operation: what was sent from and what was received into.
@frozen
public struct Exchanged<Sent: ~Copyable, Received: ~Copyable>: ~Copyable {
  /// The buffer that was sent from, as it was.
  public var sent: Sent
  /// The buffer that was received into.
  public var received: Received

  init(sent: consuming Sent, received: consuming Received) {
    self.sent = sent
    self.received = received
  }
}

extension Exchanged: Sendable
where Sent: Sendable, Received: Sendable, Sent: ~Copyable, Received: ~Copyable {}
