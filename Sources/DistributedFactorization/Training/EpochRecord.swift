import Factorization
import Foundation
import MPI

/// What is known of an epoch when it has ended: one line of the training log.
public struct EpochRecord: Codable, Sendable {
  /// The epoch, from 1; epoch 0 is the state before training.
  public var epoch: Int
  /// The loss with its penalties.
  public var loss: Double
  /// The root mean squared error over the training ratings.
  public var trainRMSE: Double
  /// The root mean squared error over the test ratings, where there are any.
  public var testRMSE: Double?
  /// The step size ε of the epoch.
  public var stepSize: Double
  /// Whether the epoch was undone: because it diverged, or because its loss rose and rises are undone.
  public var isUndone = false
  /// Whether it diverged: its loss or errors are no numbers, or are huge.
  public var hasDiverged = false
  /// Seconds since training began, all passes included, on rank 0.
  public var elapsedSeconds = 0.0
  /// Seconds of the epoch: steps and rotation, without loss passes.
  public var epochSeconds = 0.0
  /// Training ratings a second.
  public var ratingsPerSecond = 0.0
  /// Seconds each thread spent training blocks.
  public var computeSeconds = Spread()
  /// Seconds each thread spent on sending and receiving column blocks.
  public var rotationSeconds = Spread()
  /// Seconds each thread spent waiting for column blocks.
  public var waitingSeconds = Spread()
  /// Seconds in sums and passes for loss and test error.
  public var lossSeconds = Spread()
  /// Bytes of column blocks that a rank sent in the epoch.
  public var bytesSent = Spread()

  /// The time of the rank that spent most on training blocks over the mean of all ranks.
  public var imbalance: Double {
    computeSeconds.mean > 0 ? computeSeconds.maximum / computeSeconds.mean : 1
  }

  /// Whether loss and errors are numbers; where one is none, the epoch has diverged.
  var isFinite: Bool {
    loss.isFinite && trainRMSE.isFinite && testRMSE?.isFinite ?? true
  }

  /// One figure over all ranks; of a rank's threads, the mean.
  public struct Spread: Codable, Sendable {
    /// The smallest.
    public var minimum = 0.0
    /// The mean.
    public var mean = 0.0
    /// The largest.
    public var maximum = 0.0
  }

  /// The record as a line of JSON.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}

extension EpochRecord {
  /// Fills in the figures of all ranks.
  ///
  /// Collective.
  ///
  /// - Returns: whether any rank is asked to end, which travels with the figures.
  mutating func gather(
    _ clocks: [WorkerClock], lossSeconds: Double, bytesSent: Int, isInterrupted: Bool,
    _ communicator: borrowing Communicator
  ) throws(MPIError) -> Bool {
    let threads = Double(clocks.count)
    let own = [
      clocks.reduce(0) { $0 + $1.compute } / threads,
      clocks.reduce(0) { $0 + $1.rotation } / threads,
      clocks.reduce(0) { $0 + $1.waiting } / threads,
      lossSeconds, Double(bytesSent), isInterrupted ? 1 : 0,
    ]
    let all = try communicator.allGather(own)
    let spreads = own.indices.map { figure in
      let values = stride(from: figure, to: all.count, by: own.count).map { all[$0] }
      return Spread(
        minimum: values.min() ?? 0, mean: values.reduce(0, +) / Double(values.count),
        maximum: values.max() ?? 0)
    }
    computeSeconds = spreads[0]
    rotationSeconds = spreads[1]
    waitingSeconds = spreads[2]
    self.lossSeconds = spreads[3]
    self.bytesSent = spreads[4]
    return spreads[5].maximum > 0
  }
}
