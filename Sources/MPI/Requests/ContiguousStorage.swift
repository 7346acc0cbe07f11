/// Something that owns contiguous elements and can be given to a transfer.
///
/// The requirement that the compiler cannot check: the address stays the same, and the memory
/// valid, from the beginning to the end of the value's life, also when the value moves. A
/// `~Copyable` type that allocates in its initializer and frees in its deinit has it; a type that
/// holds its elements inline, or an array, has not. `Buffer` is the type to use where nothing
/// speaks for another.
public protocol ContiguousStorage<Element>: ~Copyable {
  /// What the storage holds.
  associatedtype Element: MPIDatatype

  /// The elements, all initialized.
  var mutableStorage: UnsafeMutableBufferPointer<Element> { get }
}
