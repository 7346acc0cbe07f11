/// A fixed number of elements in memory of their own, which can be given to a transfer and comes
/// back when the transfer is over.
///
///     let request = try world.startSend(giving: Buffer([1, 2, 3]), to: 1)
///     …
///     let buffer = try request.wait().payload
///
/// It is freed with the value, so it cannot be copied. Its address is a multiple of 64 bytes, a
/// cache line and the widest vector register.
@frozen
public struct Buffer<Element: MPIDatatype>: ~Copyable, ContiguousStorage, @unchecked Sendable {
  // Owned by this value alone, so whoever has the value has the memory: sendable.
  /// The elements; valid as long as the buffer lives.
  public let unsafeMutableStorage: UnsafeMutableBufferPointer<Element>

  @inlinable static var alignment: Int { max(64, MemoryLayout<Element>.alignment) }

  /// A buffer of `count` equal elements.
  @inlinable
  public init(repeating value: Element, count: Int) {
    self.init(uninitialized: count)
    unsafeMutableStorage.initialize(repeating: value)
  }

  /// A buffer with a copy of the values.
  @inlinable
  public init(_ values: Span<Element>) {
    self.init(uninitialized: values.count)
    // Elements are plain bytes, and there is room for as many as come.
    values.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(unsafeMutableStorage).copyMemory(from: $0)
    }
  }

  /// A buffer with a copy of the values.
  @inlinable
  public init(_ values: [Element]) { self.init(values.span) }

  @inlinable
  init(uninitialized count: Int) {
    precondition(count >= 0, "a buffer has zero or more elements")
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: count * MemoryLayout<Element>.stride, alignment: Buffer.alignment)
    unsafeMutableStorage = memory.bindMemory(to: Element.self)
  }

  @inlinable
  deinit { UnsafeMutableRawPointer(unsafeMutableStorage.baseAddress)?.deallocate() }

  /// The number of elements.
  @inlinable
  public var count: Int { unsafeMutableStorage.count }

  /// The elements, to read.
  public var span: Span<Element> {
    @inlinable
    @_lifetime(borrow self)
    get { _overrideLifetime(unsafeMutableStorage.span, borrowing: self) }
  }

  /// The elements, to read and write.
  public var mutableSpan: MutableSpan<Element> {
    @inlinable
    @_lifetime(&self)
    mutating get { _overrideLifetime(unsafeMutableStorage.mutableSpan, mutating: &self) }
  }

  /// The element at a position from 0 to `count` - 1.
  @inlinable
  public subscript(position: Int) -> Element {
    get { span[position] }
    set {
      precondition(unsafeMutableStorage.indices.contains(position), "position out of range")
      unsafeMutableStorage[position] = newValue
    }
  }

  /// A copy of the elements.
  @inlinable
  public var array: [Element] { Array(unsafeMutableStorage) }
}
