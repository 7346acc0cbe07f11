/// The strata of one epoch: a square in which cell (row block, sub-epoch) holds the column block to
/// train.
///
/// In each sub-epoch every row block meets another column block: the sub-epoch is a stratum. Where no
/// shift occurs twice, every row block meets every column block once in the whole epoch, and the square
/// is a Latin square.
///
/// The square is that of an addition: row block r meets in sub-epoch s the column block
/// `columns[rows[r] + shifts[s]]`, where two permutations relabel what is added, and the sum is taken
/// digit by digit, without carry, in mixed radix. Three rows of numbers are all that is stored, however
/// many cells there are.
public struct EpochPlan: Sendable, Equatable {
  /// The number of row blocks, of column blocks and of sub-epochs.
  public let blockCount: Int
  private let radices: [Int]
  private let rows: Permutation
  private let columns: Permutation
  private let shifts: [Int]

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - radices: of the digits, leading digit first; their product is the number of blocks.
  ///   - rows: the label of each row block, a permutation.
  ///   - columns: the column block of each label, a permutation.
  ///   - shifts: what each sub-epoch adds to the labels; a permutation where each stratum comes once.
  public init(radices: [Int], rows: [Int], columns: [Int], shifts: [Int]) {
    let blockCount = radices.reduce(1, *)
    precondition([rows, columns, shifts].allSatisfy { $0.count == blockCount })
    self.blockCount = blockCount
    self.radices = radices
    self.rows = Permutation(rows)
    self.columns = Permutation(columns)
    self.shifts = shifts
  }

  /// The plan in which row block b meets column block b + s, modulo the number of blocks, in
  /// sub-epoch s.
  public init(cyclic blockCount: Int) {
    let identity = Array(0..<blockCount)
    self.init(radices: [blockCount], rows: identity, columns: identity, shifts: identity)
  }

  /// The column block that a row block trains in a sub-epoch.
  public func columnBlock(ofRowBlock rowBlock: Int, inSubEpoch subEpoch: Int) -> Int {
    columns.images[digitwise(rows.images[rowBlock], shifts[subEpoch], sign: 1)]
  }

  /// The row block that trains a column block in a sub-epoch.
  public func rowBlock(ofColumnBlock columnBlock: Int, inSubEpoch subEpoch: Int) -> Int {
    rows.inverse[digitwise(columns.inverse[columnBlock], shifts[subEpoch], sign: -1)]
  }

  /// The sum, or difference, of two numbers digit by digit.
  private func digitwise(_ a: Int, _ b: Int, sign: Int) -> Int {
    var (a, b, result, place) = (a, b, 0, 1)
    for radix in radices.reversed() {
      result += (a % radix + sign * (b % radix) + radix) % radix * place
      (a, b, place) = (a / radix, b / radix, place * radix)
    }
    return result
  }
}

/// A permutation with its inverse.
private struct Permutation: Sendable, Equatable {
  let images: [Int]
  let inverse: [Int]

  init(_ images: [Int]) {
    var inverse = images
    for (index, image) in images.enumerated() { inverse[image] = index }
    self.images = images
    self.inverse = inverse
  }
}
