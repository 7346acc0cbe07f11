import CMPI

/// A group of ranks that can send to each other, and whose messages no other group receives: an
/// `MPI_Comm`.
///
/// `withMPI` hands out the communicator of all ranks; `duplicate`, `split` and `splitByNode` make
/// others. It owns its MPI handle and frees it at the end of its life (the world's excepted), so it
/// cannot be copied. Operations called *collective* must be called by every rank of the
/// communicator, in the same order; point-to-point operations by the two ranks that they name.
///
/// It may be used from several threads as far as the `ThreadLevel` given to `withMPI` allows: the
/// only state here is an immutable handle.
public struct Communicator: ~Copyable, @unchecked Sendable {
  /// The number of this process in the communicator, from 0.
  ///
  /// The corresponding MPI function is `MPI_Comm_rank`.
  public let rank: Int
  /// The number of ranks.
  ///
  /// The corresponding MPI function is `MPI_Comm_size`.
  public let size: Int

  let handle: CMPICommunicator
  private let isOwned: Bool

  /// Takes ownership of a communicator that MPI just made; frees it if that fails.
  init(owning handle: CMPICommunicator) throws(MPIError) {
    do throws(MPIError) {
      try check(cmpi_return_errors(handle), "MPI_Comm_set_errhandler")
      try self.init(handle, isOwned: true)
    } catch {
      Communicator.free(handle)
      throw error
    }
  }

  /// The communicator of all ranks, which MPI owns.
  init(world: Void) throws(MPIError) { try self.init(cmpi_comm_world(), isOwned: false) }

  private init(_ handle: CMPICommunicator, isOwned: Bool) throws(MPIError) {
    var rank: Int32 = 0
    var size: Int32 = 0
    try check(MPI_Comm_rank(handle.handle, &rank), "MPI_Comm_rank")
    try check(MPI_Comm_size(handle.handle, &size), "MPI_Comm_size")
    self.handle = handle
    self.isOwned = isOwned
    self.rank = Int(rank)
    self.size = Int(size)
  }

  deinit {
    if isOwned, Runtime.isRunning { Communicator.free(handle) }
  }

  private static func free(_ handle: CMPICommunicator) {
    var handle = handle
    let code = MPI_Comm_free(&handle.handle)
    // A deinit cannot throw, and no return code is dropped.
    if code != MPI_SUCCESS {
      Runtime.abort("\(MPIError(code: code, function: "MPI_Comm_free"))")
    }
  }

  /// A rank that is nobody: sending to it and receiving from it do nothing and succeed.
  ///
  /// It spares special cases at the ends of a chain of ranks. A receive that returns one value has
  /// none to return then: it throws, while an exchange of one value returns what it was given.
  ///
  /// It is `MPI_PROC_NULL`.
  public static var nobody: Int { Int(cmpi_process_null()) }

  /// The largest tag that messages can have; at least 32767.
  ///
  /// Does not communicate.
  ///
  /// The corresponding MPI function is `MPI_Comm_get_attr` with `MPI_TAG_UB`.
  ///
  /// - Throws: `MPIError`.
  public var largestTag: Int {
    get throws(MPIError) {
      var value: UnsafeMutableRawPointer?
      var found: Int32 = 0
      // The attribute belongs to the world; communicators made from it need not have it.
      let world = cmpi_comm_world()
      let code = MPI_Comm_get_attr(world.handle, cmpi_largest_tag_key(), &value, &found)
      try check(code, "MPI_Comm_get_attr")
      // MPI sets the attribute's value to the address of an int.
      guard found != 0, let value else { return 32767 }
      return Int(value.assumingMemoryBound(to: Int32.self).pointee)
    }
  }
}
