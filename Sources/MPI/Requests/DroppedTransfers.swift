import CMPI
import Synchronization

/// Transfers whose requests were dropped while they were under way.
///
/// Waiting in a deinit could last for ever: when an error leaves a rank's work, nobody may be left
/// to receive what it was sending, and the error would never be reported. So what MPI still uses is
/// kept here, looked at whenever another one comes, and waited for before MPI is finalized.
enum DroppedTransfers {
  // The closures are called once, under the lock or by the only owner.
  private struct Transfer: @unchecked Sendable {
    var handle: CMPIRequest
    let isReceive: Bool
    let destroyPayload: () -> Void
  }

  private static let transfers = Mutex<[Transfer]>([])

  /// Takes over a transfer; a receive is cancelled.
  ///
  /// Never blocks.
  static func keep(
    _ handle: CMPIRequest, isReceive: Bool, destroyPayload: @escaping () -> Void
  ) {
    // After the end of MPI nothing is under way any more.
    guard Runtime.isRunning, handle.handle != cmpi_request_null().handle else {
      destroyPayload()
      return
    }
    let transfer = Transfer(
      handle: handle, isReceive: isReceive, destroyPayload: destroyPayload)
    if isReceive {
      var handle = handle
      insist(MPI_Cancel(&handle.handle), "MPI_Cancel")
    }
    let left = (takeAll() + [transfer]).filter { !isOver($0) }
    transfers.withLock { $0 += left }
  }

  /// Waits for all of them, for so many seconds.
  ///
  /// - Returns: how many are under way even then; they can never be waited for after MPI's end.
  static func finish(within seconds: Double) -> Int {
    let deadline = MPI_Wtime() + seconds
    var left: [Transfer] = []
    repeat {
      // A payload that is freed may drop others.
      left = (left + takeAll()).filter { !isOver($0) }
    } while !left.isEmpty && MPI_Wtime() < deadline
    return left.count
  }

  private static func takeAll() -> [Transfer] {
    transfers.withLock { kept in
      let all = kept
      kept = []
      return all
    }
  }

  private static func isOver(_ transfer: Transfer) -> Bool {
    var transfer = transfer
    var isOver: Int32 = 0
    var status = MPI_Status()
    let code = MPI_Test(&transfer.handle.handle, &isOver, &status)
    // Nobody wants a dropped receive, nor to know that its message was too long.
    if !transfer.isReceive { insist(code, "MPI_Test") }
    guard isOver != 0 || code != MPI_SUCCESS else { return false }
    // MPI keeps persistent requests.
    free(transfer.handle)
    transfer.destroyPayload()
    return true
  }

  /// Frees a request that is not under way.
  static func free(_ handle: CMPIRequest) {
    var handle = handle
    guard Runtime.isRunning, handle.handle != cmpi_request_null().handle else { return }
    insist(MPI_Request_free(&handle.handle), "MPI_Request_free")
  }

  /// A deinit cannot throw, and no return code is dropped.
  private static func insist(_ code: Int32, _ function: StaticString) {
    if code != MPI_SUCCESS { Runtime.abort("\(MPIError(code: code, function: function))") }
  }
}
