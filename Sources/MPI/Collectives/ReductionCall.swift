import CMPI

/// A message and the operation that reduces it, as MPI's reducing calls take them.
struct ReductionCall: ~Copyable, ~Escapable {
  let message: Message
  let operation: CMPIOperation
  /// The owner of the operation: to be kept until the call, or the transfer, is over.
  let companion: CustomOperation?

  @inline(__always)
  @_lifetime(copy elements)
  init(_ operation: Operation, of elements: Elements) throws(MPIError) {
    let message = try Message(elements.with(count: elements.count, of: operation.datatype))
    let large = message.isLarge ? try LargeCount.operation(operation, of: message) : nil
    self.operation = large?.handle ?? operation.handle
    companion = large ?? operation.custom
    self.message = message
  }

  @_lifetime(immortal)
  init<Element: MPIDatatype>(
    _ reduction: Reduction<Element>, of storage: UnsafeMutableBufferPointer<Element>
  ) throws(MPIError) {
    try self.init(reduction.operation, of: Elements(storage))
  }
}

extension LargeCount {
  /// The same reduction, for one element of a datatype that covers a large message.
  ///
  /// MPI's predefined operations know basic datatypes only. This one applies them to the basic
  /// elements, as many at a time as `int` counts.
  static func operation(
    _ operation: Operation, of message: borrowing Message
  ) throws(MPIError) -> CustomOperation {
    let basicCount = message.basicCount
    let extent = try self.extent(of: operation.datatype.basic)
    let chunk = limit
    var commutes: Int32 = 1
    let code = MPI_Op_commutative(operation.handle.handle, &commutes)
    try check(code, "MPI_Op_commutative")
    return try CustomOperation(commutative: commutes != 0, bytesPerElement: 1) {
      left, right, count in
      for start in stride(from: 0, to: count * basicCount, by: chunk) {
        let part = min(chunk, count * basicCount - start)
        let code = MPI_Reduce_local(
          left + start * extent, right + start * extent, Int32(part),
          operation.datatype.basic.handle, operation.handle.handle)
        if code != MPI_SUCCESS {
          Runtime.abort("\(MPIError(code: code, function: "MPI_Reduce_local"))")
        }
      }
    }
  }
}
