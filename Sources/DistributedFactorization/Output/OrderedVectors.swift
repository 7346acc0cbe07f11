import Factorization
import MPI

/// A run of neighbouring rows' (or columns') factor vectors in the order of dense indices, this rank's
/// part of an array of the model.
struct OrderedVectors {
  /// The dense indices that are here.
  let range: Range<Int>
  /// One vector of `factors` elements an index, without padding.
  private(set) var factors: [Float]
  /// One bias an index; empty where there are none.
  private(set) var biases: [Float]

  /// Brings vectors from the ranks that trained them to the ranks that write them.
  ///
  /// Collective.
  init(
    ofRows isRows: Bool, count: Int, _ training: DSGD, _ communicator: borrowing Communicator
  ) throws(MPIError) {
    let length = training.options.factors
    let hasBiases = training.options.hasBiases
    let (indices, vectors) = try Self.exchange(ofRows: isRows, count: count, training, communicator)

    range = communicator.share(of: count)
    factors = [Float](repeating: 0, count: range.count * length)
    biases = [Float](repeating: 0, count: hasBiases ? range.count : 0)
    let width = length + (hasBiases ? 1 : 0)
    for (position, index) in indices.enumerated() {
      let row = Int(index) - range.lowerBound
      for factor in 0..<length {
        factors[row * length + factor] = vectors[position * width + factor]
      }
      if hasBiases { biases[row] = vectors[position * width + length] }
    }
  }

  /// The dense indices and vectors that this rank writes, each vector with its bias behind it, in the
  /// order in which they come.
  private static func exchange(
    ofRows isRows: Bool, count: Int, _ training: DSGD, _ communicator: borrowing Communicator
  ) throws(MPIError) -> (indices: [UInt32], vectors: [Float]) {
    let ranks = communicator.size
    let length = training.options.factors
    let width = length + (training.options.hasBiases ? 1 : 0)
    func target(_ index: Int) -> Int { ((index + 1) * ranks - 1) / count }

    var counts = [Int](repeating: 0, count: ranks)
    training.forEachVector(ofRows: isRows) { index, _, _ in counts[target(index)] += 1 }
    let total = counts.reduce(0, +)
    var next = [0]
    for count in counts.dropLast() { next.append(next[next.count - 1] + count) }
    var indices = [UInt32](repeating: 0, count: total)
    var vectors = [Float](repeating: 0, count: total * width)
    training.forEachVector(ofRows: isRows) { index, view, offset in
      let position = next[target(index)]
      next[target(index)] += 1
      indices[position] = UInt32(index)
      let vector = view.vector(offset)
      for factor in 0..<length { vectors[position * width + factor] = vector[factor] }
      if let biases = view.biases { vectors[position * width + length] = biases[offset] }
    }
    return (
      try communicator.allToAllVarying(indices, counts: counts).values,
      try communicator.allToAllVarying(vectors, counts: counts.map { $0 * width }).values
    )
  }
}

extension Communicator {
  /// This rank's share of `0..<count`.
  func share(of count: Int) -> Range<Int> {
    count * rank / size..<count * (rank + 1) / size
  }
}

extension DSGD {
  /// Visits the vectors that this rank holds, by dense index.
  fileprivate func forEachVector(
    ofRows isRows: Bool, _ body: (_ index: Int, _ view: FactorView, _ offset: Int) -> Void
  ) {
    let partition = isRows ? data.grid.rows : data.grid.columns
    let firstRow = partition.starts[data.rowBlocks.lowerBound]
    for block in isRows ? Array(data.rowBlocks) : factors.rotation.held {
      let view =
        isRows
        ? factors.rows.view.advanced(by: partition.starts[block] - firstRow)
        : factors.rotation.vectors(of: block)
      for (offset, position) in partition.positions(ofBlock: block).enumerated() {
        body(Int(partition.indices[position]), view, offset)
      }
    }
  }
}
