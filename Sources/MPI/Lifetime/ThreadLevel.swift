import CMPI

/// How a program's threads may call MPI, from the least to the most that a library can offer.
public enum ThreadLevel: Int, Comparable, Sendable, CaseIterable {
  /// The process has one thread: `MPI_THREAD_SINGLE`.
  case single
  /// Only the thread that called `withMPI` calls MPI: `MPI_THREAD_FUNNELED`.
  case funneled
  /// Any thread calls MPI, one at a time: `MPI_THREAD_SERIALIZED`.
  case serialized
  /// Any thread calls MPI at any time: `MPI_THREAD_MULTIPLE`.
  case multiple

  /// Orders the levels by what they allow.
  public static func < (left: ThreadLevel, right: ThreadLevel) -> Bool {
    left.rawValue < right.rawValue
  }

  var mpiValue: Int32 {
    switch self {
    case .single: Int32(MPI_THREAD_SINGLE)
    case .funneled: Int32(MPI_THREAD_FUNNELED)
    case .serialized: Int32(MPI_THREAD_SERIALIZED)
    case .multiple: Int32(MPI_THREAD_MULTIPLE)
    }
  }

  init?(mpiValue: Int32) {
    guard let level = ThreadLevel.allCases.first(where: { $0.mpiValue == mpiValue }) else {
      return nil
    }
    self = level
  }
}
