import CMPI

/// A number that `Located` can carry: `Float` or `Double`.
public protocol LocatableDatatype: NumericDatatype, Hashable {
  /// MPI's type for a pair of this number and an index.
  static var locatedDatatype: Datatype { get }
}

extension Float: LocatableDatatype {
  /// MPI's `MPI_FLOAT_INT`.
  @inlinable public static var locatedDatatype: Datatype { Datatype(cmpi_float_int()) }
}

extension Double: LocatableDatatype {
  /// MPI's `MPI_DOUBLE_INT`.
  @inlinable public static var locatedDatatype: Datatype { Datatype(cmpi_double_int()) }
}

/// A value and where it is, for reductions that find the smallest or largest and its place.
///
///     let worst = try world.allReduce(Located(loss, at: Int32(world.rank)), .maximum)
@frozen
public struct Located<Value: LocatableDatatype>: TrivialDatatype, Hashable {
  // In this order and with C's alignment, as MPI's pair types demand. They are for reductions only:
  // their sizes leave out the padding, and MPI libraries count one or two elements in a pair.
  /// The value that is compared.
  public var value: Value
  /// What the caller wants to know of the winner, often its rank.
  public var index: Int32

  /// Creates a pair.
  public init(_ value: Value, at index: Int32) {
    self.value = value
    self.index = index
  }
}
