import MPI

/// Two sums for each column, over ratings that several threads and ranks hold, that are the same bit for
/// bit however the ratings are spread: each number is rounded to fixed point by itself, and they are added
/// as integers.
///
/// A number keeps the bits that are left when as many of the largest numbers as the fullest column has
/// ratings still fit into 64: for a million ratings 42 bits below the largest number, where single
/// precision has 24 below the sum.
final class FixedPointSums: @unchecked Sendable {
  // Sendable: each worker writes its own buffer, and no worker runs when they are added.

  /// Numbers from here on have no fraction: the last bit of a double next to 1.5 · 2⁵² counts one.
  private static let integers = 0x1.8p52
  /// The most bits of a number that `fixed` can take.
  private static let mostBits = 50

  private let bits: Int
  private let buffers: [UnsafeMutableBufferPointer<Int64>]

  /// Prepares sums over columns of at most so many ratings.
  init(columnCount: Int, largestDegree: Int, workers: Int) {
    let digits = Int.bitWidth - largestDegree.leadingZeroBitCount
    bits = min(Self.mostBits, Int64.bitWidth - 2 - digits)
    buffers = (0..<workers).map { _ in .allocate(capacity: 2 * columnCount) }
    for buffer in buffers { buffer.initialize(repeating: 0) }
  }

  deinit { for buffer in buffers { buffer.deallocate() } }

  /// The power of two that brings numbers up to a bound, which is the same on all ranks, to fixed point.
  func scale(upTo bound: Double) -> Double {
    // Where all is zero, or something is not finite any more, there is nothing to keep.
    guard bound.isNormal else { return 1 }
    return Double(sign: .plus, exponent: bits - 1 - Int(bound.exponent), significand: 1)
  }

  /// A number that was multiplied by its scale, rounded to the nearest integer.
  @inline(__always)
  static func fixed(_ scaled: Double) -> Int64 {
    Int64(bitPattern: (scaled + integers).bitPattern &- integers.bitPattern)
  }

  /// The sums of one worker: those of a column lie side by side.
  func buffer(ofWorker worker: Int) -> UnsafeMutableBufferPointer<Int64> { buffers[worker] }

  /// Sets all sums to zero.
  func clear() { for buffer in buffers { buffer.update(repeating: 0) } }

  /// Adds up the sums of all threads and ranks.
  ///
  /// Collective.
  ///
  /// - Returns: the two sums of each column, side by side; valid until the next `clear`.
  func total(
    _ communicator: borrowing Communicator
  ) throws(MPIError) -> UnsafeMutableBufferPointer<Int64> {
    let total = buffers[0]
    for buffer in buffers.dropFirst() {
      for index in total.indices { total[index] &+= buffer[index] }
    }
    try communicator.allReduce(inPlace: total.mutableSpan, .sum)
    return total
  }
}
