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

  /// Brings the vectors and biases of all rows to every rank, between sweeps.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - all: where they go, by position.
  ///   - communicator: the ranks.
  /// - Returns: the bytes that this rank has sent to others.
  /// - Throws: `MPIError`.
  func gatherRows(
    into all: FactorView, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Int {
    var own: [Float] = []
    rows.view.append(to: &own, count: rows.count)
    var rest = try communicator.allGatherVarying(own).values[...]
    let starts = data.grid.rows.starts
    for rank in 0..<communicator.size {
      let blocks = data.ownership.rowBlocks(ofRank: rank)
      let first = starts[blocks.lowerBound]
      all.advanced(by: first).update(from: &rest, count: starts[blocks.upperBound] - first)
    }
    return own.count * MemoryLayout<Float>.stride * (communicator.size - 1)
  }

  /// Replaces the vectors and biases of this rank's rows.
  ///
  /// Does not communicate.
  func setRows(from own: FactorView) { rows.view.copy(rows.count, from: own) }

  /// Takes the vectors and biases of this rank's column blocks from those of all columns, which are the
  /// same on every rank.
  ///
  /// Does not communicate; every rank must do it, between sweeps.
  func setColumns(from all: FactorView) {
    let partition = data.grid.columns
    for block in rotation.held {
      rotation.vectors(of: block)
        .copy(partition.size(ofBlock: block), from: all.advanced(by: partition.starts[block]))
    }
  }
}

extension FactorView {
  /// Appends some vectors, and then their accumulators and biases, to an array.
  func append(to floats: inout [Float], count: Int) {
    floats += UnsafeBufferPointer(start: vectors, count: count * stride)
    if let accumulators {
      floats += UnsafeBufferPointer(start: accumulators, count: 2 * count)
    }
    if let biases { floats += UnsafeBufferPointer(start: biases, count: count) }
  }

  /// Replaces some vectors, and then their accumulators and biases, by the first floats of a slice, which it
  /// shortens.
  func update(from floats: inout ArraySlice<Float>, count: Int) {
    func take(_ target: UnsafeMutablePointer<Float>?, _ count: Int) {
      guard let target else { return }
      let buffer = UnsafeMutableBufferPointer(start: target, count: count)
      floats = floats.dropFirst(buffer.update(fromContentsOf: floats.prefix(count)))
    }
    take(vectors, count * stride)
    take(accumulators, 2 * count)
    take(biases, count)
  }
}
