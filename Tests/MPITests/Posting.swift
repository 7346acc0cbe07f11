import MPI
import MPITestSupport

extension RankTestCase {
  /// Sends a short message without waiting for its receiver.
  ///
  /// MPI libraries buffer short messages between ranks, but MPICH blocks on one to the own rank. A
  /// dropped request goes on until the message is received.
  func post<Element: MPIDatatype>(
    _ values: [Element], to destination: Int, tag: Int = 0
  ) throws(MPIError) {
    if destination == world.rank {
      _ = try world.startSend(giving: Buffer(values), to: destination, tag: tag)
    } else {
      try world.send(values, to: destination, tag: tag)
    }
  }

  /// Sends one value without waiting for its receiver.
  func post<Element: MPIDatatype>(
    _ value: Element, to destination: Int, tag: Int = 0
  ) throws(MPIError) {
    try post([value], to: destination, tag: tag)
  }
}
