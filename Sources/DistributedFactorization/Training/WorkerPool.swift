import CProcessor
import Dispatch
import Glibc

/// Threads that wait for work and do it together with the thread that gives it.
///
/// They are real threads that run at the same time, which a dispatch queue does not promise: workers of a
/// sweep wait for each other's column blocks.
final class WorkerPool: @unchecked Sendable {
  // Sendable: `body` is written while no worker runs, and the semaphores order that.

  /// The threads, the calling one included.
  let workers: Int
  private var threads: [pthread_t] = []
  private let state: State

  /// What the threads share; it does not keep the pool alive.
  private final class State: @unchecked Sendable {
    let begin: [DispatchSemaphore]
    let end = DispatchSemaphore(value: 0)
    var body: (@Sendable (_ worker: Int) -> Void)?
    init(workers: Int) { begin = (0..<workers).map { _ in DispatchSemaphore(value: 0) } }
  }

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - workers: how many there are, the one that calls `run` included.
  ///   - cpus: where given, the CPU that each worker keeps to; the calling thread stays free.
  init(workers: Int, cpus: [Int]?) {
    self.workers = workers
    let state = State(workers: workers)
    self.state = state
    for worker in 1..<max(1, workers) {
      let cpu = cpus.flatMap { $0.indices.contains(worker) ? $0[worker] : nil }
      threads.append(
        Self.start {
          if let cpu { cprocessor_keep_this_thread_to([cpu], 1) }
          while true {
            state.begin[worker].wait()
            guard let body = state.body else { return }
            body(worker)
            state.end.signal()
          }
        })
    }
  }

  deinit {
    state.body = nil
    for worker in 1..<max(1, workers) { state.begin[worker].signal() }
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs a body once on each worker, and returns when all are done.
  func run(_ body: @escaping @Sendable (_ worker: Int) -> Void) {
    state.body = body
    for worker in 1..<max(1, workers) { state.begin[worker].signal() }
    body(0)
    for _ in 1..<max(1, workers) { state.end.wait() }
  }

  private static func start(_ run: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let task = Unmanaged.passRetained(ThreadTask(run))
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
}

/// What a new thread is to do, in a form that passes through C.
private final class ThreadTask: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
