import Factorization
import MPI

/// The rows' (or columns') factor vectors in the order of dense indices, each rank a run of neighbouring
/// ones, which it gets in rounds of a bounded size.
///
/// All at once they would take the memory of the factors three times over: to be sent, as they come, and
/// in order.
package struct OrderedVectors {
  /// One rank's vectors of one round.
  package struct Part {
    /// The dense indices.
    package let range: Range<Int>
    /// One vector an index, without padding.
    package fileprivate(set) var factors: [Float]
    /// One bias an index; empty where there are none.
    package fileprivate(set) var biases: [Float]
  }

  /// The dense indices that this rank writes in all rounds.
  package let range: Range<Int>
  /// The number of rounds, the same on all ranks.
  package let rounds: Int
  private let shares: [Range<Int>]
  private let vectorsPerRound: Int
  private let partition: BlockPartition
  /// The vectors of each block that is held here; nil for other blocks.
  private let held: [FactorView?]
  /// Its memory is where the views point.
  private let training: Training

  /// Prepares the rounds, without communicating.
  ///
  /// - Parameters:
  ///   - isRows: whether they are of rows or of columns.
  ///   - training: what has been trained.
  ///   - communicator: the ranks that trained.
  ///   - roundBytes: the bytes that each rank writes in a round, nearly.
  package init(
    ofRows isRows: Bool, _ training: Training, _ communicator: borrowing Communicator,
    roundBytes: Int = 16 << 20
  ) {
    partition = isRows ? training.data.grid.rows : training.data.grid.columns
    held = training.heldVectors(ofRows: isRows)
    self.training = training
    let (count, ranks) = (partition.indices.count, communicator.size)
    shares = (0..<ranks).map { share(ofRank: $0, among: ranks, count: count) }
    range = shares[communicator.rank]
    vectorsPerRound = max(1, roundBytes / (4 * (training.options.factors + 1)))
    let largest = shares.reduce(0) { max($0, $1.count) }
    rounds = (largest + vectorsPerRound - 1) / vectorsPerRound
  }

  private var length: Int { training.options.factors }
  private var hasBiases: Bool { training.options.hasBiases }

  /// Brings one round's vectors from the ranks that trained them to the ranks that write them.
  ///
  /// Collective.
  package func part(
    _ round: Int, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Part {
    let width = length + (hasBiases ? 1 : 0)
    let (indices, vectors) = try exchange(round, communicator)
    let range = range(ofRank: communicator.rank, in: round)
    var part = Part(
      range: range, factors: [Float](repeating: 0, count: range.count * length),
      biases: [Float](repeating: 0, count: hasBiases ? range.count : 0))
    for (position, index) in indices.enumerated() {
      let row = Int(index) - range.lowerBound
      for factor in 0..<length {
        part.factors[row * length + factor] = vectors[position * width + factor]
      }
      if hasBiases { part.biases[row] = vectors[position * width + length] }
    }
    return part
  }

  /// The dense indices and vectors that this rank writes, each vector with its bias behind it, in the
  /// order in which they come.
  private func exchange(
    _ round: Int, _ communicator: borrowing Communicator
  ) throws(MPIError) -> (indices: [UInt32], vectors: [Float]) {
    var indices: [UInt32] = []
    var vectors: [Float] = []
    var counts: [Int] = []
    for target in 0..<communicator.size {
      let before = indices.count
      for index in range(ofRank: target, in: round) {
        guard let view = held[Int(partition.blocks[index])] else { continue }
        let place = partition.place(of: index)
        indices.append(UInt32(index))
        vectors += view.vector(place)[..<length]
        if hasBiases { vectors.append(view.biases?[place] ?? 0) }
      }
      counts.append(indices.count - before)
    }
    let width = length + (hasBiases ? 1 : 0)
    return (
      try communicator.allToAllVarying(indices, counts: counts).values,
      try communicator.allToAllVarying(vectors, counts: counts.map { $0 * width }).values
    )
  }

  /// What a rank writes in a round, which may be nothing.
  private func range(ofRank rank: Int, in round: Int) -> Range<Int> {
    let share = shares[rank]
    let start = min(share.lowerBound + round * vectorsPerRound, share.upperBound)
    return start..<min(start + vectorsPerRound, share.upperBound)
  }
}

/// One rank's share of `0..<count`.
private func share(ofRank rank: Int, among ranks: Int, count: Int) -> Range<Int> {
  count * rank / ranks..<count * (rank + 1) / ranks
}

extension Communicator {
  /// This rank's share of `0..<count`.
  func share(of count: Int) -> Range<Int> {
    DistributedFactorization.share(ofRank: rank, among: size, count: count)
  }
}

extension Training {
  /// Where the vectors of each block begin that this rank holds; nil for blocks of other ranks.
  fileprivate func heldVectors(ofRows isRows: Bool) -> [FactorView?] {
    var views = [FactorView?](repeating: nil, count: data.grid.blockCount)
    if isRows {
      for block in data.rowBlocks { views[block] = factors.rowVectors(of: block) }
    } else {
      for block in factors.rotation.held { views[block] = factors.rotation.vectors(of: block) }
    }
    return views
  }
}
