/// Where a message's elements are, how many, and of what type: what is left of a span when its
/// element type is no longer needed.
///
/// Generic functions are small shells that compile into their callers and hand one of these to a
/// function of this module that is not generic. It holds a bare address: whoever makes one keeps
/// the memory alive until the transfer is over. A function that makes it from a span in its
/// parameters does so by being called, since the caller's access lasts as long as the call.
@frozen
@usableFromInline
struct Elements {
  @usableFromInline let address: UnsafeMutableRawPointer?
  @usableFromInline let count: Int
  @usableFromInline let datatype: Datatype

  @inlinable
  init(_ address: UnsafeRawPointer?, count: Int, of datatype: Datatype) {
    self.address = UnsafeMutableRawPointer(mutating: address)
    self.count = count
    self.datatype = datatype
  }

  @inlinable
  init<Element: MPIDatatype>(_ span: Span<Element>) {
    let address = span.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
    self.init(address, count: span.count, of: Element.datatype)
  }

  @inlinable
  init<Element: MPIDatatype>(_ span: borrowing MutableSpan<Element>) {
    let address = span.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
    self.init(address, count: span.count, of: Element.datatype)
  }

  @inlinable
  init<Element: MPIDatatype>(_ storage: UnsafeMutableBufferPointer<Element>) {
    self.init(storage.baseAddress, count: storage.count, of: Element.datatype)
  }

  /// One of so many equal blocks of the elements: the first.
  @usableFromInline
  func block(of parts: Int) -> Elements { Elements(address, count: count / parts, of: datatype) }
}
