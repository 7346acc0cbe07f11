import MPI

/// The same transfer, set up once and started in every step.
func persistentTransfers(_ world: borrowing Communicator) throws {
  let next = (world.rank + 1) % world.size
  let previous = (world.rank + world.size - 1) % world.size
  var outbox = try world.persistentSend(giving: Buffer([world.rank]), to: next)
  var inbox = try world.persistentReceive(into: Buffer([0]), from: previous)
  for _ in 0..<10 {
    let receiving = try inbox.start()
    let sending = try outbox.start()
    inbox = try receiving.wait()
    outbox = try sending.wait()
    // Pass on what came, one larger.
    let value = inbox.span[0]
    var values = outbox.mutableSpan
    values[0] = value + 1
  }
  let all = try world.gather(inbox.span[0], to: 0)
  if let all { print("after ten steps: \(all)") }
}
