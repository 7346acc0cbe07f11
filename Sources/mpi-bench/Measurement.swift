import CPlainMPI
import MPI

/// One operation with one message size, in plain C and by the wrapper.
struct Measurement {
  /// What is measured.
  enum Operation: String {
    /// Rank 0 sends to rank 1, which sends back; the time is of one way.
    case pingPong = "ping-pong"
    /// Each rank sends to the next while it receives from the one before.
    case exchange
    /// All ranks sum doubles in place.
    case allReduce = "allReduce"
    /// Each rank sums one double with itself: hardly more than the call.
    case lonelyAllReduce = "allReduce alone"
  }

  let operation: Operation
  /// The size of one message.
  let bytes: Int

  /// MPI calls on the way of a message, by which the overhead of one call is told.
  var callsPerTime: Double { operation == .pingPong ? 2 : 1 }

  /// All measurements: 8 bytes to 64 MiB.
  static let all: [Measurement] = {
    let sizes = (0..<12).map { 8 << (2 * $0) } + [64 << 20]
    return [Measurement(operation: .lonelyAllReduce, bytes: 8)]
      + [.pingPong, .exchange, .allReduce].flatMap { operation in
        sizes.map { Measurement(operation: operation, bytes: $0) }
      }
  }()

  /// Measures both halves in turn, so that what disturbs one disturbs the other too.
  func run(rounds: Int, on world: borrowing Communicator) throws -> Result {
    var bytes = Buffer(repeating: UInt8(0), count: isSum ? 0 : self.bytes)
    var received = Buffer(repeating: UInt8(0), count: operation == .exchange ? self.bytes : 0)
    var values = Buffer(repeating: 0.0, count: isSum ? self.bytes / 8 : 0)
    let alone = try world.split(color: world.rank)
    var result = Result()
    // Long messages take long and vary less. The first rounds warm up caches and connections.
    let rounds = self.bytes < 8 << 20 ? rounds : (rounds + 3) / 4
    for round in -2..<rounds {
      var plain = 0.0
      var swift = 0.0
      // The order changes, so that neither half is always the one that comes after the barrier.
      for half in 0..<2 {
        try world.barrier()
        if (half + round) % 2 == 0 {
          plain = try runPlain(&bytes, &received, &values)
        } else {
          swift = try runSwift(&bytes, &received, &values, world, alone)
        }
      }
      if round >= 0 { result.add(plain: plain, swift: swift) }
    }
    return result
  }

  private var isSum: Bool { operation == .allReduce || operation == .lonelyAllReduce }

  /// Repetitions in one round: few, so that most rounds are over before the machine disturbs one.
  private var repetitions: Int {
    switch operation {
    case .lonelyAllReduce: 2000
    case .pingPong, .exchange, .allReduce: max(1, min(500, (2 << 20) / bytes))
    }
  }

  private func runPlain(
    _ bytes: inout Buffer<UInt8>, _ received: inout Buffer<UInt8>, _ values: inout Buffer<Double>
  ) throws -> Double {
    var seconds = 0.0
    let code =
      switch operation {
      case .pingPong:
        plain_ping_pong(
          bytes.unsafeMutableStorage.baseAddress, bytes.count, Int32(repetitions), &seconds)
      case .exchange:
        plain_exchange(
          bytes.unsafeMutableStorage.baseAddress, received.unsafeMutableStorage.baseAddress,
          bytes.count, Int32(repetitions), &seconds)
      case .allReduce:
        plain_all_reduce(
          values.unsafeMutableStorage.baseAddress, values.count, Int32(repetitions), &seconds)
      case .lonelyAllReduce:
        plain_lonely_all_reduce(
          values.unsafeMutableStorage.baseAddress, Int32(repetitions), &seconds)
      }
    if code != 0 { throw PlainFailure(code: code) }
    return operation == .pingPong ? seconds / 2 : seconds
  }

  private func runSwift(
    _ bytes: inout Buffer<UInt8>, _ received: inout Buffer<UInt8>, _ values: inout Buffer<Double>,
    _ world: borrowing Communicator, _ alone: borrowing Communicator
  ) throws(MPIError) -> Double {
    let start = world.wallTime
    switch operation {
    case .pingPong:
      for _ in 0..<repetitions {
        if world.rank == 0 {
          try world.send(bytes.span, to: 1)
          try world.receive(into: bytes.mutableSpan, from: 1, tag: 0)
        } else if world.rank == 1 {
          try world.receive(into: bytes.mutableSpan, from: 0, tag: 0)
          try world.send(bytes.span, to: 0)
        }
      }
    case .exchange:
      let (next, previous) = (
        (world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size
      )
      for _ in 0..<repetitions {
        try world.exchange(
          sending: bytes.span, to: next, receivingInto: received.mutableSpan, from: previous)
      }
    case .allReduce:
      for _ in 0..<repetitions { try world.allReduce(inPlace: values.mutableSpan, .sum) }
    case .lonelyAllReduce:
      for _ in 0..<repetitions { try alone.allReduce(inPlace: values.mutableSpan, .sum) }
    }
    let seconds = (world.wallTime - start) / Double(repetitions)
    return operation == .pingPong ? seconds / 2 : seconds
  }
}

/// A plain C call that failed.
struct PlainFailure: Error, CustomStringConvertible {
  let code: Int32
  var description: String { "the plain C half failed with MPI's code \(code)" }
}
