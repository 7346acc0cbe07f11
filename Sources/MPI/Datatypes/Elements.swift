import CMPI

/// Where a message's elements are, how many, and of what type: what is left of a span when its
/// element type is no longer needed.
///
/// Generic functions are small shells that compile into their callers and hand one of these to a
/// function of this module that is not generic. It has a bare address, but cannot escape: the
/// compiler keeps the memory of the span that it was made from alive, and others away from it, as
/// long as it or a `Message` made from it is alive.
@frozen
@usableFromInline
struct Elements: ~Escapable {
  @usableFromInline let address: UnsafeMutableRawPointer?
  @usableFromInline let count: Int
  @usableFromInline let datatype: Datatype

  /// Elements at an address that whoever calls keeps valid.
  @inlinable
  @_lifetime(immortal)
  init(_ address: UnsafeRawPointer?, count: Int, of datatype: Datatype) {
    self.address = UnsafeMutableRawPointer(mutating: address)
    self.count = count
    self.datatype = datatype
  }

  @inlinable
  @_lifetime(copy span)
  init<Element: MPIDatatype>(_ span: Span<Element>) {
    let address = span.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
    self.init(address, count: span.count, of: Element.datatype)
  }

  @inlinable
  @_lifetime(borrow span)
  init<Element: MPIDatatype>(_ span: borrowing MutableSpan<Element>) {
    let address = span.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
    self.init(address, count: span.count, of: Element.datatype)
  }

  /// Elements of storage that whoever calls keeps valid.
  @inlinable
  @_lifetime(immortal)
  init<Element: MPIDatatype>(_ storage: UnsafeMutableBufferPointer<Element>) {
    self.init(storage.baseAddress, count: storage.count, of: Element.datatype)
  }

  /// Stands for the elements that are sent where they are replaced by the result.
  @usableFromInline
  static var inPlace: Elements {
    @_lifetime(immortal)
    get { Elements(cmpi_in_place(), count: 0, of: Datatype(cmpi_byte())) }
  }

  /// Stands for a buffer that this rank does not use.
  @usableFromInline
  static var unused: Elements {
    @_lifetime(immortal)
    get { Elements(nil, count: 0, of: Datatype(cmpi_byte())) }
  }

  /// One of so many equal blocks of the elements: the first.
  @_lifetime(copy self)
  func block(of parts: Int) -> Elements { with(count: count / parts, of: datatype) }

  /// The memory as so many elements of that datatype.
  @usableFromInline
  @_lifetime(copy self)
  func with(count: Int, of datatype: Datatype) -> Elements {
    _overrideLifetime(Elements(address, count: count, of: datatype), copying: self)
  }
}
