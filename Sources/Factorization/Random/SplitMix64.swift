/// A small, fast sequential generator, for what is used up in order by one thread, such as a shuffle.
///
/// Seed it from a `CounterRandom` (`generator(_:_:_:)`), so that its numbers depend on what they are
/// for and not on who draws them.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, with
/// the constants of Vigna's public-domain `splitmix64.c`.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  /// The position in the sequence.
  @usableFromInline var state: UInt64

  /// Creates a generator whose sequence is given by `seed`.
  @inlinable
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word &>> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word &>> 31)
  }

  /// A random number in `0..<bound`; `bound` must be positive.
  ///
  /// One multiplication and no rejection (Lemire, "Fast Random Integer Generation in an Interval",
  /// 2019): the probabilities differ from `1/bound` by less than 2⁻⁶⁴.
  @inlinable
  public mutating func next(below bound: Int) -> Int {
    precondition(bound > 0, "an empty range has no random number")
    return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A random number in `[0, 1)`, a multiple of 2⁻⁵³.
  @inlinable
  public mutating func nextUniform() -> Double {
    Double(next() &>> 11) * 0x1p-53
  }

  /// Puts the elements into random order (Fisher–Yates, from the last element down).
  ///
  /// Unlike `shuffle(using:)` of the standard library, the order is fixed by this source and not by
  /// the library's version.
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout MutableSpan<Element>) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, next(below: last + 1))
      last -= 1
    }
  }

  /// Puts the elements of an array into random order.
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    var span = elements.mutableSpan
    shuffle(&span)
  }

  /// The numbers `0..<count` in random order.
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }
}
