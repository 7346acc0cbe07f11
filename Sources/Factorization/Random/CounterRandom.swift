import Glibc

/// Random numbers that are a pure function of a seed, a purpose and three words of the caller's
/// choice, for example (epoch, block, tile).
///
/// Any rank or thread gets the same number for the same words, so results cannot depend on how work
/// is placed. A block of four words costs about 10 ns.
///
/// Bits, uniforms and generators are the same on every machine. Normals pass through the C
/// library's `log`, `sin` and `cos`, whose last bit may differ between C libraries and, in glibc,
/// between CPUs: they are the same on all machines of one kind only.
public struct CounterRandom: Sendable {
  @usableFromInline let key: SIMD2<UInt32>
  @usableFromInline let stream: UInt32

  /// Creates the numbers of one purpose under one seed.
  @inlinable
  public init(seed: UInt64, stream: RandomStream) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    self.stream = stream.rawValue
  }

  /// 128 random bits.
  @inlinable
  public func bits(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> SIMD4<UInt32> {
    Philox4x32.words(key: key, counter: SIMD4(a, b, c, stream))
  }

  /// Two random numbers of 64 bits.
  @inlinable
  public func bits64(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> SIMD2<UInt64> {
    let word = bits(a, b, c)
    return SIMD2(
      UInt64(word[0]) | UInt64(word[1]) &<< 32, UInt64(word[2]) | UInt64(word[3]) &<< 32)
  }

  /// Two independent random numbers in `[0, 1)`, multiples of 2⁻⁵³.
  @inlinable
  public func uniforms(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> SIMD2<Double> {
    let words = bits64(a, b, c)
    return SIMD2(Double(words[0] &>> 11), Double(words[1] &>> 11)) * 0x1p-53
  }

  /// A random number in `[0, 1)`, a multiple of 2⁻⁵³.
  @inlinable
  public func uniform(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> Double {
    uniforms(a, b, c)[0]
  }

  /// Two independent standard normals (Box and Muller, 1958), of magnitude up to 8.7.
  @inlinable
  public func normals(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> SIMD2<Double> {
    let words = bits64(a, b, c)
    // In (0, 1], so that the logarithm is finite.
    let distance = (Double(words[0] &>> 11) + 1) * 0x1p-53
    let angle = Double(words[1] &>> 11) * (0x1p-53 * 2 * Double.pi)
    return (-2 * log(distance)).squareRoot() * SIMD2(cos(angle), sin(angle))
  }

  /// Four independent standard normals in single precision, of magnitude up to 6.8.
  @inlinable
  public func floatNormals(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> SIMD4<Float> {
    let word = bits(a, b, c)
    // The halves keep the logarithm finite at 0.
    let firstDistance = (-2 * logf((Float(word[0]) + 0.5) * 0x1p-32)).squareRoot()
    let secondDistance = (-2 * logf((Float(word[2]) + 0.5) * 0x1p-32)).squareRoot()
    let firstAngle = Float(word[1]) * (0x1p-31 * Float.pi)
    let secondAngle = Float(word[3]) * (0x1p-31 * Float.pi)
    return SIMD4(
      firstDistance * cosf(firstAngle), firstDistance * sinf(firstAngle),
      secondDistance * cosf(secondAngle), secondDistance * sinf(secondAngle))
  }

  /// A sequential generator of its own for these three words, for a shuffle.
  @inlinable
  public func generator(_ a: UInt32, _ b: UInt32 = 0, _ c: UInt32 = 0) -> SplitMix64 {
    SplitMix64(seed: bits64(a, b, c)[0])
  }

  /// A random permutation of `0..<count`, the one of these three words.
  public func permutation(
    of count: Int, _ a: UInt32 = 0, _ b: UInt32 = 0, _ c: UInt32 = 0
  ) -> [UInt32] {
    precondition(count <= Int(UInt32.max), "more elements than 32 bits can number")
    var order = [UInt32](0..<UInt32(count))
    var generator = generator(a, b, c)
    generator.shuffle(&order)
    return order
  }
}
