import Factorization
import MPI

extension DistributedFactors {
  /// Memory for the vectors and biases of all columns, in the order of positions.
  func makeAllColumns() -> FactorBlock {
    FactorBlock(shape: shape, capacity: data.grid.columns.indices.count)
  }

  /// Brings the vectors and biases of all columns to every rank, between sweeps.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - all: where they go, by position.
  ///   - communicator: the ranks.
  /// - Returns: the bytes that this rank has sent to others.
  /// - Throws: `MPIError`.
  func gatherColumns(
    into all: FactorView, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Int {
    let partition = data.grid.columns
    var own: [Float] = []
    for block in rotation.held {
      rotation.vectors(of: block).append(to: &own, count: partition.size(ofBlock: block))
    }
    let floats = try communicator.allGatherVarying(own).values[...]
    var rest = floats
    for rank in 0..<communicator.size {
      for block in rotation.held(byRank: rank) {
        all.advanced(by: partition.starts[block])
          .update(from: &rest, count: partition.size(ofBlock: block))
      }
    }
    return own.count * MemoryLayout<Float>.stride * (communicator.size - 1)
  }

  /// Takes the vectors and biases of this rank's column blocks from those of all columns, which are the
  /// same on every rank.
  ///
  /// Does not communicate; every rank must do it, between sweeps.
  func setColumns(from all: FactorView) {
    let partition = data.grid.columns
    for block in rotation.held {
      let count = partition.size(ofBlock: block)
      var floats: [Float] = []
      all.advanced(by: partition.starts[block]).append(to: &floats, count: count)
      var rest = floats[...]
      rotation.vectors(of: block).update(from: &rest, count: count)
    }
  }
}

extension FactorView {
  /// Appends some vectors, and then their biases, to an array.
  fileprivate func append(to floats: inout [Float], count: Int) {
    floats += UnsafeBufferPointer(start: vectors, count: count * stride)
    if let biases { floats += UnsafeBufferPointer(start: biases, count: count) }
  }

  /// Replaces some vectors, and then their biases, by the first floats of a slice, which it shortens.
  fileprivate func update(from floats: inout ArraySlice<Float>, count: Int) {
    floats = floats.dropFirst(
      UnsafeMutableBufferPointer(start: vectors, count: count * stride)
        .update(fromContentsOf: floats.prefix(count * stride)))
    guard let biases else { return }
    floats = floats.dropFirst(
      UnsafeMutableBufferPointer(start: biases, count: count)
        .update(fromContentsOf: floats.prefix(count)))
  }
}
