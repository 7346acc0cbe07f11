import COpenBLAS
import Synchronization

/// Systems of linear equations with a positive definite matrix, solved by LAPACK's Cholesky factorization as
/// OpenBLAS has it.
///
/// Several threads may solve systems of their own at the same time, and find the same bits as one alone.
enum PositiveDefiniteSystem {
  /// Solves a system by `sposv`.
  ///
  /// - Parameters:
  ///   - matrix: the upper triangle by rows, which becomes that of the factorization; what is below it is not
  ///     looked at. For the same bits on every thread, at an address that is a multiple of 64.
  ///   - order: the number of unknowns.
  ///   - leading: floats from one row to the next.
  ///   - right: the right-hand side, which becomes the solution.
  /// - Returns: whether the matrix is positive definite, as far as single precision shows, and the solution
  ///   finite; if not, there is no solution.
  static func solve(
    _ matrix: UnsafeMutablePointer<Float>, order: Int, leading: Int,
    _ right: UnsafeMutablePointer<Float>
  ) -> Bool {
    // Fortran takes everything by address, each its own.
    var (count, stride, rightSides, rightStride) = (
      blasint(order), blasint(leading), blasint(1), blasint(order)
    )
    var info: blasint = 0
    safely {
      // The upper triangle by rows is the lower one by columns.
      sposv_("L", &count, &rightSides, matrix, &stride, right, &rightStride, &info, 1)
    }
    // OpenBLAS takes a pivot that is not a number for a positive one.
    return info == 0 && (0..<order).allSatisfy { right[$0].isFinite }
  }

  // MARK: Threads

  /// Whether OpenBLAS is built for threads that call it at the same time.
  ///
  /// Which build there is the machine chooses when the program starts. Only in the one with threads of its own
  /// (Debian's `libopenblas0-pthread`) may several calls be under way: calls of the serial one share buffers,
  /// and the results of some are wrong (Docs/design-decisions.md).
  private static let allowsSeveralCalls: Bool = {
    // The callers are the threads; those of OpenBLAS would only be in their way.
    openblas_set_num_threads(1)
    return openblas_get_parallel() == OPENBLAS_THREAD
  }()

  private static let turn = Mutex(())

  /// Calls OpenBLAS: at once, or when no other thread does.
  private static func safely(_ call: () -> Void) {
    if allowsSeveralCalls { return call() }
    turn.withLock { _ in
      // In the build for OpenMP this holds for the calling thread alone.
      openblas_set_num_threads(1)
      call()
    }
  }
}
