import Factorization

/// A row block or a column block as it stands in a checkpoint: its vectors in the order of positions, padded as in
/// memory, then their accumulators and biases, then what the solver carries.
enum CheckpointSection {
  case rows(block: Int, of: Int)
  case columns(block: Int, of: Int)

  /// The place in the file.
  var number: Int {
    switch self {
    case .rows(let block, _): block
    case .columns(let block, let count): count + block
    }
  }
}

extension Training {
  /// The sections whose blocks this rank holds.
  var heldSections: [CheckpointSection] {
    let count = data.grid.blockCount
    return data.rowBlocks.map { .rows(block: $0, of: count) }
      + factors.rotation.held.map { .columns(block: $0, of: count) }
  }

  /// The bytes of a section.
  func byteCount(of section: CheckpointSection) -> Int {
    MemoryLayout<Float>.stride
      * (vectorCount(of: section) * factors.shape.floatsPerVector + carriedNumbers(section).count)
  }

  /// A copy of a section.
  func floats(of section: CheckpointSection) -> [Float] {
    var floats: [Float] = []
    floats.reserveCapacity(byteCount(of: section) / MemoryLayout<Float>.stride)
    view(of: section).append(to: &floats, count: vectorCount(of: section))
    floats += carriedNumbers(section)
    return floats
  }

  /// Replaces a section.
  ///
  /// - Returns: whether there were enough numbers.
  func set(_ section: CheckpointSection, from floats: [Float]) -> Bool {
    let count = vectorCount(of: section)
    guard floats.count >= count * factors.shape.floatsPerVector else { return false }
    var rest = floats[...]
    view(of: section).update(from: &rest, count: count)
    if case .rows(let block, _) = section, !rest.isEmpty {
      return solver.carry(rest, ofRowBlock: block)
    }
    return rest.isEmpty
  }

  private func carriedNumbers(_ section: CheckpointSection) -> UnsafeBufferPointer<Float> {
    guard case .rows(let block, _) = section else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return solver.carriedNumbers(ofRowBlock: block)
  }

  private func vectorCount(of section: CheckpointSection) -> Int {
    switch section {
    case .rows(let block, _): data.grid.rows.size(ofBlock: block)
    case .columns(let block, _): data.grid.columns.size(ofBlock: block)
    }
  }

  private func view(of section: CheckpointSection) -> FactorView {
    switch section {
    case .rows(let block, _): factors.rowVectors(of: block)
    case .columns(let block, _): factors.rotation.vectors(of: block)
    }
  }
}
