/// The exponential function and the logarithm in single precision.
///
/// Unlike a C library's they are the same bits on every machine, and are compiled into the kernels.
enum Elementary {
  /// e^x to some 2e-7 of it; infinite above 88, next to 0 below −87.
  @inline(__always)
  static func exp(_ x: Float) -> Float {
    // x = n ln 2 + r with |r| ≤ ½ ln 2. What is not a number stays that: it goes into r.
    let bounded = x < -87 ? -87 : x > 88 ? 88 : x
    // Next to 1.5 · 2²³ floats are whole numbers, and n stands in the lowest bits.
    let shift: Float = 0x1.8p23
    let shifted = shift.addingProduct(bounded, 1.442_695_04)
    let n = shifted - shift
    // ln 2 in two parts, the first with so few bits that its product with n is exact.
    let r = bounded.addingProduct(-n, 0.693_359_375).addingProduct(n, 2.121_944_4e-4)
    var sum: Float = 1 / 5040
    sum = (1 / 720 as Float).addingProduct(sum, r)
    sum = (1 / 120 as Float).addingProduct(sum, r)
    sum = (1 / 24 as Float).addingProduct(sum, r)
    sum = (1 / 6 as Float).addingProduct(sum, r)
    sum = (1 / 2 as Float).addingProduct(sum, r)
    sum = (1 as Float).addingProduct(sum, r)
    sum = (1 as Float).addingProduct(sum, r)
    let power = Float(bitPattern: (shifted.bitPattern &<< 23) &+ (1 as Float).bitPattern)
    return x > 88 ? .infinity : sum * power
  }

  /// The natural logarithm, to some 2e-7 of it or of 1, of a number that is not denormal.
  @inline(__always)
  static func log(_ x: Float) -> Float {
    guard x > 0, x < .infinity else { return x < 0 ? .nan : x == 0 ? -.infinity : x }
    // x = 2ⁿ m with m from √½ to √2, and log m = 2 artanh s with s = (m − 1) / (m + 1).
    let aboveRoot = x.bitPattern &- (0.5 as Float).squareRoot().bitPattern
    let n = Int32(bitPattern: aboveRoot) >> 23
    let m = Float(bitPattern: x.bitPattern &- UInt32(bitPattern: n &<< 23))
    let s = (m - 1) / (m + 1)
    let square = s * s
    var sum: Float = 2 / 9
    sum = (2 / 7 as Float).addingProduct(sum, square)
    sum = (2 / 5 as Float).addingProduct(sum, square)
    sum = (2 / 3 as Float).addingProduct(sum, square)
    sum = (2 as Float).addingProduct(sum, square)
    return (sum * s).addingProduct(Float(n), 0.693_147_18)
  }
}
