extension Array where Element: MPIDatatype {
  /// An array of `count` elements, all of which `receive` writes.
  @inlinable
  init(
    receiving count: Int,
    _ receive: (UnsafeMutableBufferPointer<Element>) throws(MPIError) -> Void
  ) throws(MPIError) {
    try self.init(receivingUpTo: count) { (storage) throws(MPIError) in
      try receive(storage)
      return count
    }
  }

  /// An array of the elements that `receive` writes: as many as it returns, `capacity` at most.
  @inlinable
  init(
    receivingUpTo capacity: Int,
    _ receive: (UnsafeMutableBufferPointer<Element>) throws(MPIError) -> Int
  ) throws(MPIError) {
    // The standard library's initializer does not carry typed errors through.
    var failure: MPIError?
    self.init(unsafeUninitializedCapacity: capacity) { buffer, initialized in
      do throws(MPIError) {
        initialized = try receive(UnsafeMutableBufferPointer(rebasing: buffer[..<capacity]))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

/// Lends memory for one element, with the padding that an array's element has, to `body`, and
/// returns what is in it then.
///
/// `Int`s and the like need none; structs sent as bytes do.
@inlinable
func withElement<Element: MPIDatatype>(
  _ value: Element, _ body: (UnsafeMutableBufferPointer<Element>) throws(MPIError) -> Void
) throws(MPIError) -> Element {
  try withUnsafeTemporaryAllocation(of: Element.self, capacity: 1) {
    (storage) throws(MPIError) -> Element in
    storage.initialize(repeating: value)
    try body(storage)
    return storage[0]
  }
}
