extension SIMD where Scalar == Float {
  // Unsafe: the callers stay within a vector, or within the ratings of a row.

  /// The floats that begin at an address.
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(pointer).loadUnaligned(as: Self.self)
  }

  /// Writes the floats to an address and behind it.
  @inline(__always)
  func store(_ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }
}
