import Factorization
import MPI

/// The ratings as training needs them: cut by the grid, each rank holding those of its row blocks.
public struct TrainingData: Sendable {
  /// How rows and columns are divided.
  public let grid: Grid
  /// Which rank owns which row blocks.
  public let ownership: BlockOwnership
  /// The number of training ratings of each row of the whole matrix.
  public let rowDegrees: [Int32]
  /// The number of training ratings of each column of the whole matrix.
  public let columnDegrees: [Int32]
  /// This rank's training ratings.
  public let training: RatingBlocks
  /// This rank's test ratings, of known rows and columns only; nil where no rank has any.
  public let test: RatingBlocks?
  /// Figures of all training ratings of all ranks.
  public let statistics: RatingStatistics

  /// The number of test ratings of all ranks.
  public let testCount: Int

  /// Figures of all test ratings of all ranks; nil where there are none.
  ///
  /// Collective.
  public func testStatistics(
    _ communicator: borrowing Communicator
  ) throws(MPIError) -> RatingStatistics? {
    guard let test, testCount > 0 else { return nil }
    return try RatingStatistics(test, communicator)
  }

  /// This rank's row blocks.
  public var rowBlocks: Range<Int> { training.rowBlocks }
}

/// Figures of all training ratings, the same for any number of ranks.
public struct RatingStatistics: Sendable, Equatable {
  /// The number of ratings.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// Their variance.
  public let variance: Double
  /// The smallest value.
  public let minimum: Float
  /// The largest value.
  public let maximum: Float
  /// The number of cells of the matrix, observed or not.
  public let cells: Double
  /// Whether the values look like ratings on a scale: multiples of one half within a range of at most 100.
  public let isScale: Bool

  /// Whether predictions are of such values, and not logarithms, or of cells that are mostly absent.
  public func isScale(for loss: any Loss) -> Bool {
    isScale && loss.link == .identity && loss.densePart == nil
  }

  /// Why a loss does not take the values; nil where it does.
  public func refusal(by loss: any Loss) -> String? {
    loss.refusal(minimum: minimum, maximum: maximum, meanSquare: variance + mean * mean)
  }

  /// The root of the mean of their squares.
  var rootMeanSquare: Double { (mean * mean + variance).squareRoot() }

  /// Gathers the figures from all ranks' blocks.
  ///
  /// Collective.
  init(_ blocks: RatingBlocks, _ communicator: borrowing Communicator) throws(MPIError) {
    let grid = blocks.grid
    var sums = SlotSums(blockCount: grid.blockCount, quantities: 3)
    var minimum = Float.infinity
    var maximum = -Float.infinity
    var isStepped = true
    for row in blocks.rowBlocks {
      var sum = 0.0
      var squares = 0.0
      blocks.forEach(inRowBlock: row) { entry in
        let value = Double(entry.value)
        sum += value
        squares += value * value
        minimum = min(minimum, entry.value)
        maximum = max(maximum, entry.value)
        isStepped = isStepped && (2 * entry.value).rounded() == 2 * entry.value
      }
      let count = (0..<grid.blockCount).reduce(0) {
        $0 + blocks.count(rowBlock: row, columnBlock: $1)
      }
      sums[row, 0] = Double(count)
      sums[row, 1] = sum
      sums[row, 2] = squares
    }
    let totals = try sums.totals(communicator)
    count = Int(totals[0])
    cells = Double(grid.rows.indices.count) * Double(grid.columns.indices.count)
    mean = totals[1] / max(1, totals[0])
    variance = max(0, totals[2] / max(1, totals[0]) - mean * mean)
    self.minimum = try communicator.allReduce(minimum, .minimum)
    self.maximum = try communicator.allReduce(maximum, .maximum)
    let unstepped = try communicator.allReduce(isStepped ? 0 : 1, .maximum)
    isScale = unstepped == 0 && self.maximum - self.minimum <= 100
  }
}
