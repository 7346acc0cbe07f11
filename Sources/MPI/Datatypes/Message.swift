import CMPI

/// The address, count and datatype of one message as MPI calls take them.
struct Message: ~Copyable, ~Escapable {
  let address: UnsafeMutableRawPointer?
  let count: Int32
  let type: CMPIDatatype
  /// Whether the datatype was made for this message, because `int` cannot count its elements.
  let isLarge: Bool
  /// How many of the basic elements there are.
  let basicCount: Int

  @inline(__always)
  @_lifetime(copy elements)
  init(_ elements: Elements) throws(MPIError) {
    address = elements.address
    basicCount = elements.count * elements.datatype.basicsPerElement
    isLarge = basicCount > LargeCount.limit
    if isLarge {
      count = 1
      type = try LargeCount.type(covering: basicCount, of: elements.datatype.basic)
    } else {
      count = Int32(truncatingIfNeeded: basicCount)
      type = elements.datatype.basic
    }
  }

  @_lifetime(copy span)
  init<Element: MPIDatatype>(_ span: Span<Element>) throws(MPIError) {
    try self.init(Elements(span))
  }

  @_lifetime(borrow span)
  init<Element: MPIDatatype>(_ span: borrowing MutableSpan<Element>) throws(MPIError) {
    try self.init(Elements(span))
  }

  @_lifetime(immortal)
  init<Element: MPIDatatype>(_ storage: UnsafeMutableBufferPointer<Element>) throws(MPIError) {
    try self.init(Elements(storage))
  }

  deinit {
    if isLarge {
      var type = type
      LargeCount.discard(&type)
    }
  }
}
