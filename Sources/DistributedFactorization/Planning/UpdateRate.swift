import Factorization

/// How fast one core of this machine is, for planning.
public struct UpdateRate: Sendable, Equatable {
  /// Stochastic gradient steps a second of one core.
  public var updatesPerSecond: Double
  /// Seconds that a visit takes beside its updates: to find it, to begin and to end it.
  ///
  /// The default was measured by training on 256 to 1000 blocks, on a machine that others used too.
  public var secondsPerVisit = 0.8e-6
  /// Bytes of factors a second that one core goes through for the penalty and for the copy of the last good epoch.
  public var penaltyBytesPerSecond = 8e9

  /// Creates a rate.
  public init(updatesPerSecond: Double) { self.updatesPerSecond = updatesPerSecond }

  /// The seconds in which threads go through so many bytes of factors for the penalty and the copy.
  func penaltySeconds(forBytes bytes: Double, threads: Int) -> Double {
    bytes / penaltyBytesPerSecond / Double(threads)
  }

  /// Measures for about a second: epochs with what `stratum train` does by default; the median.
  ///
  /// The matrix has at most four million ratings and half a gigabyte of factors, and is as dense and has as many rows for
  /// each column as the one that is planned for: both decide how often vectors come from memory.
  ///
  /// Does not communicate.
  ///
  /// - Throws: `InputError` where the machine has no memory for it.
  public static func measured(factors: Int, for shape: DataShape) throws(InputError) -> UpdateRate {
    let all = Double(shape.ratings)
    let vectorBytes = FactorShape(factors: factors, hasBiases: true).bytesPerVector
    let bytes = Double(shape.rows + shape.columns) * Double(vectorBytes)
    let scale = min(1, (4e6 / all).squareRoot(), 5e8 / bytes)
    let rows = Int((Double(shape.rows) * scale).rounded(.up))
    let columns = Int((Double(shape.columns) * scale).rounded(.up))
    // Of the sparsest so few would be left that visiting empty tiles would be measured.
    let count = min(shape.ratings, rows * columns, max(100_000, Int(all * scale * scale)))
    var options = SequentialTraining.Options(
      factors: factors, hasBiases: true,
      regularization: Regularization(rows: 0.02, isWeighted: true))
    options.blocks = min(4, rows)
    let matrix = try GaussianMatrix(
      rows: rows, columns: columns, ratings: count, factors: 1, variance: 1)
    let ratings = SyntheticMatrix.gaussian(matrix).ratings(part: 0, of: 1).ratings
    let training = SequentialTraining(ratings, rows: rows, columns: columns, options)
    var seconds: [Double] = []
    let begin = MonotonicClock.seconds
    while seconds.count < 3 || MonotonicClock.seconds - begin < 1 {
      let start = MonotonicClock.seconds
      _ = training.train(epoch: seconds.count + 1, stepSize: 0.001)
      seconds.append(MonotonicClock.seconds - start)
    }
    seconds.sort()
    return UpdateRate(updatesPerSecond: Double(count) / seconds[seconds.count / 2])
  }
}
