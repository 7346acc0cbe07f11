import CMPI

/// A way to combine the elements of all ranks into one: `.sum`, `.maximum`, or a function.
///
/// Which predefined ones there are depends on the element type, so that a bitwise operation on
/// `Double` does not compile.
///
///     let total = try world.allReduce(count, .sum)
///     let longest = try world.allReduce(lengths, .maximum)
@frozen
public struct Reduction<Element: MPIDatatype>: Sendable {
  @usableFromInline let operation: Operation

  @inlinable
  init(_ operation: CMPIOperation, on datatype: Datatype = Element.datatype) {
    self.operation = Operation(operation, datatype)
  }

  /// Makes a reduction of a function of two elements.
  ///
  /// The function must be associative; MPI chooses how to group the elements. It must not call MPI.
  /// At most 32 such reductions can exist at the same time.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_Op_create`.
  ///
  /// - Parameters:
  ///   - commutative: whether the order of two elements does not matter; where it does, elements
  ///     are combined in order of rank.
  ///   - combine: the function; the element of the lower rank comes first.
  /// - Throws: `MPIError`; of class `other` where there are 32 already.
  public init(
    commutative: Bool = true, combining combine: @escaping @Sendable (Element, Element) -> Element
  ) throws(MPIError) {
    let stride = MemoryLayout<Element>.stride
    let custom = try CustomOperation(
      commutative: commutative, bytesPerElement: stride
    ) { left, right, count in
      for index in 0..<count {
        // MPI's scratch memory need not be aligned for Element.
        let offset = index * stride
        let first = left.loadUnaligned(fromByteOffset: offset, as: Element.self)
        let second = right.loadUnaligned(fromByteOffset: offset, as: Element.self)
        right.storeBytes(of: combine(first, second), toByteOffset: offset, as: Element.self)
      }
    }
    operation = Operation(custom)
  }
}

extension Reduction where Element: NumericDatatype {
  /// The sum: `MPI_SUM`.
  ///
  /// Floating-point sums may depend on the number of ranks in their last bits.
  @inlinable public static var sum: Reduction { Reduction(cmpi_sum()) }
  /// The product: `MPI_PROD`.
  @inlinable public static var product: Reduction { Reduction(cmpi_product()) }
  /// The smallest: `MPI_MIN`.
  @inlinable public static var minimum: Reduction { Reduction(cmpi_minimum()) }
  /// The largest: `MPI_MAX`.
  @inlinable public static var maximum: Reduction { Reduction(cmpi_maximum()) }
}

extension Reduction where Element: IntegerDatatype {
  /// The bits that all have: `MPI_BAND`.
  @inlinable public static var bitwiseAnd: Reduction { Reduction(cmpi_bitwise_and()) }
  /// The bits that any has: `MPI_BOR`.
  @inlinable public static var bitwiseOr: Reduction { Reduction(cmpi_bitwise_or()) }
  /// The bits that an odd number of ranks have: `MPI_BXOR`.
  @inlinable public static var bitwiseXor: Reduction { Reduction(cmpi_bitwise_xor()) }
}

extension Reduction where Element == Bool {
  /// Whether all are true: `MPI_LAND`.
  @inlinable public static var logicalAnd: Reduction { Reduction(cmpi_logical_and()) }
  /// Whether any is true: `MPI_LOR`.
  @inlinable public static var logicalOr: Reduction { Reduction(cmpi_logical_or()) }
  /// Whether an odd number are true: `MPI_LXOR`.
  @inlinable public static var logicalXor: Reduction { Reduction(cmpi_logical_xor()) }
}

extension Reduction where Element == Located<Float> {
  /// The smallest value with its index; the smallest index among equal values: `MPI_MINLOC`.
  @inlinable public static var minimum: Reduction {
    Reduction(cmpi_minimum_location(), on: Float.locatedDatatype)
  }
  /// The largest value with its index; the smallest index among equal values: `MPI_MAXLOC`.
  @inlinable public static var maximum: Reduction {
    Reduction(cmpi_maximum_location(), on: Float.locatedDatatype)
  }
}

extension Reduction where Element == Located<Double> {
  /// The smallest value with its index; the smallest index among equal values: `MPI_MINLOC`.
  @inlinable public static var minimum: Reduction {
    Reduction(cmpi_minimum_location(), on: Double.locatedDatatype)
  }
  /// The largest value with its index; the smallest index among equal values: `MPI_MAXLOC`.
  @inlinable public static var maximum: Reduction {
    Reduction(cmpi_maximum_location(), on: Double.locatedDatatype)
  }
}

/// What is left of a reduction when its element type is no longer needed.
@frozen
@usableFromInline
struct Operation: @unchecked Sendable {
  // Immutable; MPI's predefined operations never change, `custom` is Sendable itself.
  @usableFromInline let handle: CMPIOperation
  /// The datatype that the operation works on.
  @usableFromInline let datatype: Datatype
  /// Frees a user-defined operation with the last copy of this value.
  @usableFromInline let custom: CustomOperation?

  @inlinable
  init(_ predefined: CMPIOperation, _ datatype: Datatype) {
    handle = predefined
    self.datatype = datatype
    custom = nil
  }

  init(_ custom: CustomOperation) {
    handle = custom.handle
    datatype = Datatype(custom.elementType)
    self.custom = custom
  }
}
