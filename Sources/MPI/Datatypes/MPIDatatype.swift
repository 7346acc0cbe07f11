import CMPI

/// A type whose values can be sent: the integers, `Float`, `Double` and `Bool`, and every struct
/// that its author makes a `TrivialDatatype`.
///
/// Only values whose bytes mean the same in another process qualify, which is what
/// `BitwiseCopyable` says: a struct that holds a `String` does not compile here. Do not conform
/// types to this protocol directly; conform them to `TrivialDatatype`.
public protocol MPIDatatype: BitwiseCopyable, Sendable {
  /// MPI's name for the type (an `MPI_Datatype`).
  static var datatype: Datatype { get }
}

/// A struct (or enum) that travels as its bytes, between ranks that run the same program.
///
///     struct Rating: TrivialDatatype { var row, column: UInt32; var value: Float }
///
/// Messages of it count elements, not bytes. Predefined reductions do not apply to it;
/// user-defined ones do. Its padding, if it has any, travels too.
public protocol TrivialDatatype: MPIDatatype {}

extension TrivialDatatype {
  /// `MPI_BYTE`s, as many as elements are apart in an array.
  @inlinable public static var datatype: Datatype {
    Datatype(cmpi_byte(), basicsPerElement: MemoryLayout<Self>.stride)
  }
}

/// A number that MPI can add, multiply and compare.
public protocol NumericDatatype: MPIDatatype, Numeric, Comparable {}

/// An integer that MPI can also combine bit by bit.
public protocol IntegerDatatype: NumericDatatype, FixedWidthInteger {}

extension Bool: MPIDatatype {
  /// `MPI_C_BOOL`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_bool()) }
}

extension Float: NumericDatatype {
  /// `MPI_FLOAT`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_float()) }
}

extension Double: NumericDatatype {
  /// `MPI_DOUBLE`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_double()) }
}

extension Int8: IntegerDatatype {
  /// `MPI_INT8_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_int8()) }
}

extension Int16: IntegerDatatype {
  /// `MPI_INT16_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_int16()) }
}

extension Int32: IntegerDatatype {
  /// `MPI_INT32_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_int32()) }
}

extension Int64: IntegerDatatype {
  /// `MPI_INT64_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_int64()) }
}

extension Int: IntegerDatatype {
  /// `MPI_INT64_T`: Swift's `Int` has 64 bits wherever this module builds.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_int64()) }
}

extension UInt8: IntegerDatatype {
  /// `MPI_UINT8_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_uint8()) }
}

extension UInt16: IntegerDatatype {
  /// `MPI_UINT16_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_uint16()) }
}

extension UInt32: IntegerDatatype {
  /// `MPI_UINT32_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_uint32()) }
}

extension UInt64: IntegerDatatype {
  /// `MPI_UINT64_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_uint64()) }
}

extension UInt: IntegerDatatype {
  /// `MPI_UINT64_T`.
  @inlinable public static var datatype: Datatype { Datatype(cmpi_uint64()) }
}
