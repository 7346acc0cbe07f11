import Factorization
import MPI

/// How the numbers of a column block travel between ranks.
public enum WirePrecision: String, Sendable, Codable, CaseIterable {
  /// As they are.
  case float32
  /// Rounded to bfloat16, half as many bytes: the model then depends on the number of ranks.
  case bfloat16
}

/// Rounding to bfloat16 (the upper half of a `Float`) up or down at random, so that what is lost on one
/// journey is made up for by another: steps too small for eight bits would vanish otherwise.
package struct StochasticRounding: Sendable {
  private let random: CounterRandom
  private let epoch: UInt32

  /// The rounding of one epoch.
  package init(seed: UInt64, epoch: Int) {
    random = CounterRandom(seed: seed, stream: .wire)
    self.epoch = UInt32(truncatingIfNeeded: epoch)
  }

  /// Rounds the numbers of a column block on its way to a sub-epoch.
  ///
  /// Zero stays zero, and what is not finite stays so.
  package func round(
    _ floats: UnsafeMutableBufferPointer<Float>, into halves: UnsafeMutableBufferPointer<UInt16>,
    columnBlock: Int, subEpoch: Int
  ) {
    var generator = random.generator(epoch, UInt32(columnBlock), UInt32(subEpoch))
    var index = 0
    while index < floats.count {
      var bits = generator.next()
      for offset in index..<min(index + 4, floats.count) {
        let below = UInt32(truncatingIfNeeded: bits) & 0xFFFF
        halves[offset] = UInt16(truncatingIfNeeded: (floats[offset].bitPattern &+ below) &>> 16)
        bits &>>= 16
      }
      index += 4
    }
  }
}

/// Memory for the rounded numbers of one column block.
struct RoundedBlock: ~Copyable, ContiguousStorage, @unchecked Sendable {
  // Sendable because the memory has a single owner at any time, which `~Copyable` enforces.

  /// The numbers in use.
  var count = 0
  private let base: UnsafeMutableBufferPointer<UInt16>

  /// Allocates room for so many numbers.
  init(capacity: Int) {
    base = .allocate(capacity: max(1, capacity))
    base.initialize(repeating: 0)
  }

  deinit { base.deallocate() }

  /// The numbers in use.
  var unsafeMutableStorage: UnsafeMutableBufferPointer<UInt16> {
    UnsafeMutableBufferPointer(rebasing: base[..<count])
  }

  /// Writes the numbers as floats.
  func expand(into floats: UnsafeMutableBufferPointer<Float>) {
    for index in 0..<count { floats[index] = Float(bitPattern: UInt32(base[index]) &<< 16) }
  }
}
