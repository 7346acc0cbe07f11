import CMPI
import Synchronization

/// Files that were not closed when their values' lives ended.
///
/// Closing is collective, so it waits until all ranks are at the end of their work.
enum DroppedFiles {
  // Only the thread that ends MPI uses the handles.
  private struct Dropped: @unchecked Sendable {
    var file: CMPIFile
    let number: Int
  }

  private static let files = Mutex<[Dropped]>([])
  private static let opened = Atomic<Int>(0)

  /// The number of a file that was opened just now: larger than that of all before it.
  static func nextNumber() -> Int { opened.wrappingAdd(1, ordering: .relaxed).newValue }

  /// Takes over an open file, with what `nextNumber` gave when it was opened.
  static func keep(_ file: CMPIFile, number: Int) {
    let dropped = Dropped(file: file, number: number)
    files.withLock { $0.append(dropped) }
  }

  /// Closes them, in the order in which they were opened.
  ///
  /// Ranks may drop files in different orders, but opening is collective, as closing is: all ranks
  /// that have a file open opened it in the same order.
  static func close() throws(MPIError) {
    let all = files.withLock { kept in
      let all = kept
      kept = []
      return all
    }
    for dropped in all.sorted(by: { $0.number < $1.number }) {
      var file = dropped.file
      try check(MPI_File_close(&file.handle), "MPI_File_close")
    }
  }
}
