import CMPI
import Synchronization

/// Files that were not closed when their values' lives ended.
///
/// Closing is collective, so it waits until all ranks are at the end of their work.
enum DroppedFiles {
  // Only the thread that ends MPI uses the handles.
  private struct Handle: @unchecked Sendable { var file: CMPIFile }

  private static let files = Mutex<[Handle]>([])

  static func keep(_ file: CMPIFile) {
    let handle = Handle(file: file)
    files.withLock { $0.append(handle) }
  }

  /// Closes them, in the order in which they were dropped.
  ///
  /// Collective.
  static func close() throws(MPIError) {
    let all = files.withLock { kept in
      let all = kept
      kept = []
      return all
    }
    for handle in all {
      var handle = handle
      try check(MPI_File_close(&handle.file.handle), "MPI_File_close")
    }
  }
}
