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
    let ranks = communicator.size
    let hasBiases = training.options.hasBiases
    let length = training.options.factors
    let width = length + (hasBiases ? 1 : 0)
    func start(_ rank: Int) -> Int { count * rank / ranks }

    var indices = [[UInt32]](repeating: [], count: ranks)
    var vectors = [[Float]](repeating: [], count: ranks)
    training.forEachVector(ofRows: isRows) { index, view, offset in
      let target = count == 0 ? 0 : ((index + 1) * ranks - 1) / count
      indices[target].append(UInt32(index))
      vectors[target] += view.vector(offset).prefix(length)
      if let biases = view.biases { vectors[target].append(biases[offset]) }
    }
    let receivedIndices = try communicator.allToAllVarying(
      indices.flatMap { $0 }, counts: indices.map(\.count)
    ).values
    let received = try communicator.allToAllVarying(
      vectors.flatMap { $0 }, counts: vectors.map(\.count)
    ).values

    range = start(communicator.rank)..<start(communicator.rank + 1)
    factors = [Float](repeating: 0, count: range.count * length)
    biases = [Float](repeating: 0, count: hasBiases ? range.count : 0)
    for (position, index) in receivedIndices.enumerated() {
      let vector = received[position * width..<(position + 1) * width]
      let row = Int(index) - range.lowerBound
      for (factor, value) in vector.prefix(length).enumerated() {
        factors[row * length + factor] = value
      }
      if hasBiases, let bias = vector.last { biases[row] = bias }
    }
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
