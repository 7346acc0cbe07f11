/// Draws indices with given probabilities in constant time.
///
/// Source: Walker 1977, in the form of Vose, "A Linear Algorithm for Generating Random Numbers with a
/// Given Distribution", IEEE Transactions on Software Engineering 17, 1991.
struct AliasTable {
  private struct Slot {
    /// Below this, of 2³², the slot's own index is drawn.
    var threshold: UInt32
    /// What is drawn otherwise.
    var alias: UInt32
  }

  private let slots: [Slot]

  /// Creates a table for probabilities proportional to the weights, which must be positive.
  init(weights: [Double]) {
    let mean = weights.reduce(0, +) / Double(weights.count)
    var shares = weights.map { $0 / mean }
    var slots = weights.indices.map { Slot(threshold: .max, alias: UInt32($0)) }
    var small = shares.indices.filter { shares[$0] < 1 }
    var large = shares.indices.filter { shares[$0] >= 1 }
    while let less = small.popLast() {
      guard let more = large.last else { break }
      slots[less] = Slot(threshold: UInt32(shares[less] * 0x1p32), alias: UInt32(more))
      shares[more] -= 1 - shares[less]
      if shares[more] < 1 {
        large.removeLast()
        small.append(more)
      }
    }
    self.slots = slots
  }

  /// Draws an index.
  @inline(__always)
  func draw(_ generator: inout SplitMix64) -> UInt32 {
    let place = generator.next().multipliedFullWidth(by: UInt64(slots.count))
    let slot = slots[Int(place.high)]
    // What the multiplication leaves over is uniform, and nearly independent of the slot.
    return UInt32(place.low >> 32) < slot.threshold ? UInt32(place.high) : slot.alias
  }
}
