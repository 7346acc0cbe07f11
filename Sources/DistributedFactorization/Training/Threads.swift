import Glibc

/// Runs a body once on each of several threads, of which the calling one is the first, and returns
/// when all are done.
///
/// The threads are real ones that run at the same time, which a dispatch queue does not promise:
/// workers of a sweep wait for each other's column blocks.
func withThreads(_ count: Int, _ body: @escaping @Sendable (_ thread: Int) -> Void) {
  let threads = (1..<max(1, count)).map { index in
    var thread = pthread_t()
    let task = Unmanaged.passRetained(ThreadTask { body(index) })
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<ThreadTask>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, task.toOpaque())
    if code != 0 { fatalError("cannot start a thread: \(String(cString: strerror(code)))") }
    return thread
  }
  body(0)
  for thread in threads { pthread_join(thread, nil) }
}

/// What a new thread is to do, in a form that passes through C.
private final class ThreadTask: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
