import MPI
import Synchronization

/// Storage of a type of one's own that counts how many of it are alive.
struct Tracked: ~Copyable, ContiguousStorage {
  /// A counter for all of them.
  final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func load() -> Int { value.load(ordering: .sequentiallyConsistent) }
    fileprivate func add(_ change: Int) {
      value.wrappingAdd(change, ordering: .sequentiallyConsistent)
    }
  }

  static let alive = Counter()

  let unsafeMutableStorage: UnsafeMutableBufferPointer<Int>

  init(_ values: [Int]) {
    unsafeMutableStorage = .allocate(capacity: values.count)
    _ = unsafeMutableStorage.initialize(fromContentsOf: values)
    Tracked.alive.add(1)
  }

  deinit {
    // What was freed is recognized by whoever still reads it.
    unsafeMutableStorage.update(repeating: -2)
    unsafeMutableStorage.deallocate()
    Tracked.alive.add(-1)
  }
}
