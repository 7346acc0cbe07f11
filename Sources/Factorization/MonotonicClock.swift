import Glibc

/// A clock that only goes forward, for measuring how long something takes.
public enum MonotonicClock {
  /// Seconds since some moment in the past.
  public static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
