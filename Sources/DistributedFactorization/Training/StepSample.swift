import Factorization
import MPI

/// A small part of the ratings on which first step sizes are tried.
///
/// Source: Gemulla and others 2011, section 5.1, where ε₀ is found by trying a geometric range on a
/// sample.
///
/// The sample has some rows and some columns and all ratings where these cross, so that it is as
/// dense as the whole. Every rank holds it and tries alike; what it chooses depends neither on the
/// number of ranks nor on the grid.
public struct StepSample: Sendable {
  private let ratings: [Rating]
  private let rows: Int
  private let columns: Int

  /// The sample has this share of the ratings, within `sizes`.
  private static let share = 0.02
  private static let sizes = 4_000.0...100_000.0
  /// So many rows, and columns, are in the sample at the least, or all where there are fewer.
  private static let fewest = 16.0
  /// Passes over the sample with each step size.
  private static let epochs = 3
  /// AdaGrad's ε₀, which has no unit.
  ///
  /// Three epochs on a sample, whose rows have few ratings, end before the sums of squared gradients are
  /// what they are in training, and say nothing of the best.
  private static let adaGradStep = 0.25

  /// Draws the sample.
  ///
  /// Collective.
  public init(
    _ all: borrowing IndexedRatings, seed: UInt64, _ communicator: borrowing Communicator
  ) throws(MPIError) {
    let random = CounterRandom(seed: seed, stream: .sample)
    let count = Double(try communicator.allReduce(all.training.count, .sum))
    let size = min(Self.sizes.upperBound, max(Self.sizes.lowerBound, Self.share * count))
    let share = min(1, size / max(1, count))
    let (rowCount, columnCount) = (all.rowIdentifiers.count, all.columnIdentifiers.count)
    // The same share of both, unless that were too few of one.
    func side(_ count: Int, beside others: Int) -> Double {
      let ofOthers = max(share.squareRoot(), min(1, Self.fewest / Double(others)))
      return max(share / ofOthers, Self.fewest / Double(count))
    }
    func isDrawn(_ count: Int, _ side: Double, _ word: UInt32) -> [Bool] {
      (0..<UInt32(count)).map { random.uniform($0, word) < side }
    }
    let rowIsDrawn = isDrawn(rowCount, side(rowCount, beside: columnCount), 0)
    let columnIsDrawn = isDrawn(columnCount, side(columnCount, beside: rowCount), 1)
    let own = all.training.filter { rowIsDrawn[Int($0.row)] && columnIsDrawn[Int($0.column)] }
    var sample = try communicator.allGatherVarying(own).values
    rows = sample.renumber(\.row)
    columns = sample.renumber(\.column)
    ratings = sample
  }

  /// The power of two with which a few epochs on the sample lower its loss most; 0.25 for AdaGrad, unless the
  /// loss is over all cells.
  ///
  /// Does not communicate.
  ///
  /// It starts at 2⁻⁴, which it is where the sample is empty, and doubles or halves the step as long as that
  /// helps. The best step is near the largest that does not diverge. Too large rather than too small is right nevertheless: every policy
  /// but the constant one soon makes a step smaller, and none makes one much larger.
  ///
  /// A step that leaves the loss no lower than at the start is too large as well: factors that must not be
  /// negative do not diverge, they all become zero. What is found on the sample is multiplied by `stepScale`.
  public func bestStep(_ statistics: RatingStatistics, options: TrainingOptions) -> Double {
    if options.usesAdaGrad && options.loss.densePart == nil { return Self.adaGradStep }
    let training = sequentialTraining(statistics, options)
    let start = training.objective
    func loss(_ exponent: Int) -> Double {
      training.restart()
      let stepSize = Float(sign: .plus, exponent: exponent, significand: 1)
      for epoch in 1...Self.epochs {
        let cost = training.train(epoch: epoch, stepSize: stepSize).cost
        guard cost.isFinite else { return .infinity }
      }
      let loss = training.objective
      return loss < start ? loss : .infinity
    }
    var best = -4
    if ratings.isEmpty { return Double(sign: .plus, exponent: best, significand: 1) }
    var bestLoss = loss(best)
    let up = loss(best + 1)
    let direction = up < bestLoss ? 1 : -1
    if direction == 1 { (best, bestLoss) = (best + 1, up) }
    while abs(best) < 40 {
      let next = loss(best + direction)
      // A diverging start goes on down to the first step that does not diverge.
      guard next < bestLoss || (bestLoss == .infinity && direction == -1) else { break }
      (best, bestLoss) = (best + direction, next)
    }
    return Double(sign: .plus, exponent: best, significand: 1) * stepScale(statistics, options)
  }

  /// How much larger a step does the same for the whole as for the sample.
  ///
  /// Where Σ p over all cells counts, a block moves a vector the further the more vectors it has on the other
  /// side: the step is as much larger as the grid's blocks are smaller than the sample, which is one.
  func stepScale(_ statistics: RatingStatistics, _ options: TrainingOptions) -> Double {
    guard options.loss.densePart == .sum, !ratings.isEmpty else { return 1 }
    let share = Double(rows) * Double(columns) / statistics.cells
    return Double(options.blocks) * share.squareRoot()
  }

  /// Training on the sample as the whole is going to be trained, but for schedule and blocks.
  func sequentialTraining(
    _ statistics: RatingStatistics, _ options: TrainingOptions
  ) -> SequentialTraining {
    let start = FactorStart(statistics, options)
    var sequential = SequentialTraining.Options(
      factors: options.factors, hasBiases: options.hasBiases,
      regularization: options.regularization, adaGrad: start.adaGrad)
    sequential.loss = options.loss
    sequential.pointOrder = options.pointOrder
    sequential.seed = options.seed
    sequential.mean = start.mean
    sequential.center = start.center
    sequential.deviation = start.deviation
    sequential.tileBytes = options.tileBytes
    return SequentialTraining(ratings, rows: rows, columns: columns, sequential)
  }
}

extension [Rating] {
  /// Gives the rows or columns that occur new indices from 0, in the order of the old ones.
  ///
  /// - Returns: how many there are.
  fileprivate mutating func renumber(_ index: WritableKeyPath<Rating, UInt32>) -> Int {
    let present = Set(map { $0[keyPath: index] }).sorted()
    let numbers = Dictionary(
      uniqueKeysWithValues: present.enumerated().map { ($1, UInt32($0)) })
    for position in indices {
      let old = self[position][keyPath: index]
      self[position][keyPath: index] = numbers[old, default: 0]
    }
    return present.count
  }
}
