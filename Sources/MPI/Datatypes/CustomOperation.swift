import CMPI
import Synchronization

/// An MPI operation that calls a Swift closure; frees both at the end of its life.
///
/// MPI hands its user functions no context, so a closure cannot be told to them. A fixed table of C
/// functions stands in: each knows its slot, and a slot holds the closure.
@usableFromInline
final class CustomOperation: @unchecked Sendable {
  /// Combines `count` elements of the first buffer with those of the second, into the second.
  typealias Body = @Sendable (UnsafeRawPointer, UnsafeMutableRawPointer, _ count: Int) -> Void

  /// How many there can be at the same time.
  static let capacity = 32

  // Sendable: the handles, which are pointers with some MPIs, are set once and only read then.
  let handle: CMPIOperation
  let elementType: CMPIDatatype
  private let slot: Int

  /// An operation on elements of so many bytes.
  convenience init(
    commutative: Bool, bytesPerElement: Int, _ body: @escaping Body
  ) throws(MPIError) {
    let type = try LargeCount.committed(LargeCount.contiguous(bytesPerElement, of: cmpi_byte()))
    try self.init(commutative: commutative, owning: type, body)
  }

  private init(
    commutative: Bool, owning type: CMPIDatatype, _ body: @escaping Body
  ) throws(MPIError) {
    var type = type
    guard let slot = CustomOperation.reserve(body) else {
      LargeCount.discard(&type)
      throw MPIError(
        errorClass: .other,
        message: "\(CustomOperation.capacity) user-defined reductions exist already",
        function: "MPI_Op_create")
    }
    var operation = cmpi_op_null()
    let code = MPI_Op_create(Trampolines.all[slot], commutative ? 1 : 0, &operation.handle)
    if code != MPI_SUCCESS {
      CustomOperation.release(slot)
      LargeCount.discard(&type)
      throw MPIError(code: code, function: "MPI_Op_create")
    }
    self.slot = slot
    handle = operation
    elementType = type
  }

  deinit {
    guard Runtime.isRunning else { return }
    var operation = handle
    var type = elementType
    let code = MPI_Op_free(&operation.handle)
    if code != MPI_SUCCESS { Runtime.abort("\(MPIError(code: code, function: "MPI_Op_free"))") }
    LargeCount.discard(&type)
    CustomOperation.release(slot)
  }

  private static let bodies = Mutex<[Body?]>(Array(repeating: nil, count: capacity))

  private static func reserve(_ body: @escaping Body) -> Int? {
    bodies.withLock { bodies in
      guard let slot = bodies.firstIndex(where: { $0 == nil }) else { return nil }
      bodies[slot] = body
      return slot
    }
  }

  private static func release(_ slot: Int) {
    // The closure may hold the last reference to another operation, whose end takes the lock, too:
    // it must not end under it.
    let body = bodies.withLock { $0[slot].take() }
    withExtendedLifetime(body) {}
  }

  /// What a trampoline does: calls the closure of its slot.
  static func apply(
    _ slot: Int, _ left: UnsafeMutableRawPointer?, _ right: UnsafeMutableRawPointer?,
    _ count: UnsafeMutablePointer<Int32>?
  ) {
    guard let body = bodies.withLock({ $0[slot] }) else {
      Runtime.abort("MPI called a user-defined reduction that was freed")
    }
    // MPI gives addresses wherever there are elements.
    guard let left, let right, let count else { return }
    body(left, right, Int(count.pointee))
  }
}
