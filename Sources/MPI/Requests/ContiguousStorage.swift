/// Something that owns contiguous elements and can be given to a transfer.
///
/// The requirements that the compiler cannot check:
///
/// - the value alone owns the memory: while it is given away, nothing else, such as a copy of it or
///   a second reference, reads or writes there;
/// - the address stays the same, and the memory valid, from the beginning to the end of the value's
///   life, also when the value moves.
///
/// A `~Copyable` type that allocates in its initializer and frees in its deinit meets them; a type
/// that holds its elements inline, an array, and a class or a copyable struct around one do not.
/// `Buffer` is the type to use where nothing speaks for another.
public protocol ContiguousStorage<Element>: ~Copyable {
  /// What the storage holds.
  associatedtype Element: MPIDatatype

  /// The elements, all initialized; valid as long as the value lives.
  var unsafeMutableStorage: UnsafeMutableBufferPointer<Element> { get }
}
