import CMPI

/// How MPI sees the elements of a message: one of its basic types (an `MPI_Datatype`), and how many
/// of them make up one Swift element.
@frozen
public struct Datatype: @unchecked Sendable {
  // MPI's basic types live from start to end of the library and never change: safe to share.
  @usableFromInline let basic: CMPIDatatype
  /// 1 for numbers; for structs sent as bytes, their stride.
  @usableFromInline let basicsPerElement: Int

  @inlinable
  init(_ basic: CMPIDatatype, basicsPerElement: Int = 1) {
    self.basic = basic
    self.basicsPerElement = basicsPerElement
  }
}
