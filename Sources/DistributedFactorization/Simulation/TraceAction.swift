/// What a rank does, as a time-independent trace tells it.
enum TraceAction: Equatable {
  /// Computing for so many seconds.
  case compute(seconds: Double)
  /// Beginning to send.
  case send(to: Int, tag: Int, bytes: Int)
  /// Beginning to receive.
  case receive(from: Int, tag: Int, bytes: Int)
  /// Waiting for a message.
  case wait(from: Int, tag: Int)
  /// Waiting until a message has left.
  case waitForSend(to: Int, tag: Int)
  /// Waiting for all messages under way.
  case waitForAll
  /// An Allreduce of so many doubles.
  case allReduce(count: Int)
  /// An allgather of so many doubles of each rank.
  case allGather(count: Int)

  /// The line of a rank in the format that SimGrid's `smpirun -replay` reads (version 3.32); an amount of computing
  /// of 10⁹ is a second of a host of speed `1Gf`.
  func line(ofRank rank: Int) -> String {
    switch self {
    case .compute(let seconds): "\(rank) compute \(Int((seconds * 1e9).rounded()))\n"
    case .send(let target, let tag, let bytes): "\(rank) isend \(target) \(tag) \(bytes) 6\n"
    case .receive(let source, let tag, let bytes): "\(rank) irecv \(source) \(tag) \(bytes) 6\n"
    case .wait(let source, let tag): "\(rank) wait \(source) \(rank) \(tag)\n"
    case .waitForSend(let target, let tag): "\(rank) wait \(rank) \(target) \(tag)\n"
    case .waitForAll: "\(rank) waitall\n"
    case .allReduce(let count): "\(rank) allreduce \(count) 0 0\n"
    case .allGather(let count): "\(rank) allgather \(count) \(count) 0 0\n"
    }
  }
}
