/// The counter-based generator Philox-4×32 with ten rounds: a pure function from a key and a counter
/// to 128 random bits.
///
/// There is no state to carry or to split among ranks: whoever knows what a number is *for* can
/// compute it, in any order and anywhere.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
public enum Philox4x32 {
  /// The four random words that belong to a counter under a key.
  @inlinable
  public static func words(
    key: SIMD2<UInt32>, counter: SIMD4<UInt32>
  ) -> SIMD4<UInt32> {
    var key = key
    var word = counter
    for round in 0..<10 {
      if round > 0 { key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let first = UInt64(word[0]) &* 0xD251_1F53
      let second = UInt64(word[2]) &* 0xCD9E_8D57
      word = SIMD4(
        UInt32(truncatingIfNeeded: second &>> 32) ^ word[1] ^ key[0],
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first &>> 32) ^ word[3] ^ key[1],
        UInt32(truncatingIfNeeded: first))
    }
    return word
  }
}
