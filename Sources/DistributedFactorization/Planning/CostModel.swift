import Factorization
import Foundation

/// What an epoch of DSGD with the schedule LA-WOR takes on P nodes of a rank each, before anything is run.
///
/// T = compute + exposed + loss:
///
/// - compute = (λ·P·g / R) + d²·v / (P·t), for R updates a second of a thread, and v seconds that each of the d² visits of
///   blocks takes beside them. A rank gets P groups of column blocks in turn, and g is what a thread of it does with one: of
///   N ratings N/(P²·t), or 1/P of the heaviest column's if that is more, whose updates follow one another. λ is what the
///   slowest rank has more than the mean.
/// - It sends each group on: n·b bytes an epoch, where b are the bytes of a
///   vector (k·s and a bias) and n the columns, and P times the latency, since the messages of a group follow each
///   other. They travel while other blocks are trained, as far as that takes no more than a share of the compute time,
///   see ``hiddenShare(ranks:threads:rowBlocksAThread:)``; the rest is exposed.
/// - loss: the penalty over what a rank holds, and two Allreduces of 2·d numbers.
///
/// `Docs/scaling.md` holds it beside a simulation and beside measurements.
public struct CostModel: Sendable {
  /// What is trained.
  public let shape: DataShape
  /// The layout of the factors.
  public let factors: FactorShape
  /// What connects the nodes.
  public let network: Network
  /// How fast a core is.
  public let rate: UpdateRate
  // Held, since finding it goes over all columns.
  private let heaviestColumn: Double

  /// Creates a model.
  public init(shape: DataShape, factors: FactorShape, network: Network, rate: UpdateRate) {
    self.shape = shape
    heaviestColumn = shape.heaviestColumn
    self.factors = factors
    self.network = network
    self.rate = rate
  }

  /// What the model says of a number of ranks and threads.
  public struct Prediction: Sendable, Equatable {
    /// The ranks, one a node.
    public let ranks: Int
    /// The threads of each.
    public let threads: Int
    /// The row blocks and column blocks that balance well.
    public let blocks: Int
    /// Seconds of training an epoch.
    public let computeSeconds: Double
    /// Seconds in which a rank's link carries its column blocks in an epoch, hidden or not.
    public let transferSeconds: Double
    /// Seconds in which ranks wait for column blocks.
    public let exposedSeconds: Double
    /// Seconds of sums and penalties after an epoch.
    public let lossSeconds: Double
    /// Bytes of column blocks that a rank sends in an epoch.
    public let bytesSent: Double
    /// Bytes of memory that a rank needs at most.
    public let memoryBytes: Double
    /// What one thread alone would take over what all threads here take together.
    public let efficiency: Double

    /// Seconds of an epoch.
    public var epochSeconds: Double { computeSeconds + exposedSeconds + lossSeconds }

    /// Whether at least half of what the cores could do is done.
    public var isWorthwhile: Bool { efficiency >= 0.5 }
  }

  private var vectorBytes: Double { Double(factors.bytesPerVector) }

  /// How many row blocks a rank should have for each thread, so that each finds work while column blocks travel.
  ///
  /// More would hide more, and cost more visits.
  public static let rowBlocksAThread = 2

  /// The number of blocks that suits so many ranks and threads, as far as there can be so many: a power of two for each
  /// rank, so that the schedule keeps groups of column blocks with a rank, whatever factors the number of ranks has.
  public static func blocks(ranks: Int, threads: Int) -> Int {
    var blocksARank = 1
    while blocksARank < rowBlocksAThread * threads { blocksARank *= 2 }
    return min(ranks * blocksARank, BlockPartition.maximumBlockCount)
  }

  /// The share of the compute time during which column blocks travel unnoticed.
  ///
  /// While a rank has a group of column blocks, the first can leave when two thirds of the visits are made, and the last
  /// of the next group is needed after a third of its visits. That makes a half where there are many ranks. With
  /// several threads more visits are made at once, and the first block leaves later. The formula was fitted to
  /// `VirtualTraining`, which it meets within 0.1 for 2 to 16 ranks of 1 to 8 threads.
  public static func hiddenShare(ranks: Int, threads: Int, rowBlocksAThread: Double) -> Double {
    let ofManyThreads = threads == 1 ? 1 : max(0, 1 - 2 / (3 * rowBlocksAThread))
    return (1.0 / 2 - 1.0 / 3 / Double(ranks)) * ofManyThreads
  }

  /// The most ranks that there can be: each needs a row block, and each row block a row.
  public var mostRanks: Int { min(shape.rows, BlockPartition.maximumBlockCount) }

  /// What an epoch takes on so many ranks, one a node, from 1 to ``mostRanks``.
  public func prediction(ranks: Int, threads: Int) -> Prediction {
    precondition((1...mostRanks).contains(ranks), "each rank needs a row block")
    let blocks = min(Self.blocks(ranks: ranks, threads: threads), shape.rows)
    let (p, d) = (Double(ranks), Double(blocks))
    let columns = Double(shape.columns)
    let compute = computeSeconds(ranks: ranks, threads: threads, blocks: blocks)
    // Of P visits of a group P − 1 begin with a journey from another rank, and so does that to the next epoch's first
    // rank, unless chance has it stay.
    let travelling = 1 - 1 / (p * p)
    let bytes = travelling * columns * vectorBytes
    let transfer =
      ranks == 1
      ? 0 : travelling * p * network.latencySeconds + bytes / network.bytesPerSecond
    let hidden =
      compute
      * Self.hiddenShare(
        ranks: ranks, threads: threads, rowBlocksAThread: d / (p * Double(threads)))
    let loss = lossSeconds(ranks: ranks, threads: threads, blocks: blocks)
    let alone =
      computeSeconds(ranks: 1, threads: 1, blocks: 1) + lossSeconds(ranks: 1, threads: 1, blocks: 1)
    let exposed = max(0, transfer - hidden)
    return Prediction(
      ranks: ranks, threads: threads, blocks: blocks, computeSeconds: compute,
      transferSeconds: transfer, exposedSeconds: exposed, lossSeconds: loss, bytesSent: bytes,
      memoryBytes: memoryBytes(ranks: ranks, blocks: blocks),
      efficiency: alone / (p * Double(threads) * (compute + exposed + loss)))
  }

  /// The most ranks, of powers of two, at which an epoch is worthwhile.
  public func largestUsefulRanks(threads: Int) -> Int {
    powersOfTwo.last { prediction(ranks: $0, threads: threads).isWorthwhile } ?? 1
  }

  /// The ranks, of powers of two, with which an epoch takes the least time.
  public func fastestRanks(threads: Int) -> Int {
    powersOfTwo.min {
      prediction(ranks: $0, threads: threads).epochSeconds
        < prediction(ranks: $1, threads: threads).epochSeconds
    } ?? 1
  }

  private var powersOfTwo: [Int] {
    Array(sequence(first: 1) { $0 * 2 }.prefix { $0 <= mostRanks })
  }

  /// Seconds of training.
  ///
  /// What a rank does with a group is a count that chance decides, with its square root as deviation, and the largest of P
  /// such lies √(2 ln P) deviations above the mean.
  private func computeSeconds(ranks: Int, threads: Int, blocks: Int) -> Double {
    let p = Double(ranks)
    let (even, heaviest) = (Double(shape.ratings) / (p * p), heaviestColumn / p)
    let imbalance = 1 + (2 * log(p) / max(even, heaviest)).squareRoot()
    let updates = imbalance * p * max(even / Double(threads), heaviest)
    let visits = Double(blocks * blocks) / (p * Double(threads))
    return updates / rate.updatesPerSecond + visits * rate.secondsPerVisit
  }

  private func lossSeconds(ranks: Int, threads: Int, blocks: Int) -> Double {
    let held = Double(shape.rows + shape.columns) / Double(ranks) * vectorBytes
    return rate.penaltySeconds(forBytes: held, threads: threads)
      + Self.sumSeconds(blocks: blocks, ranks: ranks, network)
  }

  /// How many numbers are summed over the ranks after an epoch, twice: of errors, then of penalties, two for each block.
  static func summedNumbers(blocks: Int) -> Int { 2 * blocks }

  /// Seconds of both sums.
  static func sumSeconds(blocks: Int, ranks: Int, _ network: Network) -> Double {
    let bytes = Double(summedNumbers(blocks: blocks) * MemoryLayout<Double>.stride)
    return 2 * network.allReduceSeconds(forBytes: bytes, ranks: ranks)
  }

  /// Bytes of a rating while the ratings are read and given to their ranks, and while they are trained.
  private static let bytesARating = (read: 13.0, trained: 9.0)
  /// Bytes that each rank has for every row and column of the whole matrix: identifiers, degrees and the grid.
  private static let bytesAnIndex = 40.0
  /// What a rank has beside, the MPI library's among it.
  private static let fixedBytes = 40e6

  private func memoryBytes(ranks: Int, blocks: Int) -> Double {
    let share = Double(shape.ratings) / Double(ranks)
    // Rows and columns with a copy of the last good epoch, and as much room again for column blocks under way.
    let vectors =
      (2 * Double(shape.rows) + 3 * Double(shape.columns)) / Double(ranks) * vectorBytes
    let indices = Double(shape.rows + shape.columns) * Self.bytesAnIndex
    return max(share * Self.bytesARating.read, share * Self.bytesARating.trained + vectors)
      + indices + Self.fixedBytes
  }
}
