import Synchronization

/// Numbers by which threads tell each other what they have done, without a lock.
///
/// Who sees a number sees all that was written before it was set.
final class AtomicArray: Sendable {
  // `nonisolated(unsafe)`: the address does not change, and what it holds is atomic.
  private nonisolated(unsafe) let elements: UnsafeMutablePointer<Atomic<Int>>
  private let count: Int

  init(repeating value: Int, count: Int) {
    self.count = count
    elements = .allocate(capacity: count)
    for index in 0..<count { (elements + index).initialize(to: Atomic(value)) }
  }

  deinit {
    elements.deinitialize(count: count)
    elements.deallocate()
  }

  /// The number at an index; setting it shows what this thread has written to whoever reads it.
  subscript(index: Int) -> Int {
    get { elements[index].load(ordering: .acquiring) }
    set { elements[index].store(newValue, ordering: .releasing) }
  }

  /// Adds one.
  ///
  /// - Returns: the sum. Who gets it sees what all wrote before they added theirs.
  @discardableResult
  func increment(at index: Int) -> Int {
    elements[index].wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
  }

  /// Sets a number if it still is what it was.
  ///
  /// - Returns: whether it was, so that of several threads that try one has done it.
  func exchange(at index: Int, _ expected: Int, for new: Int) -> Bool {
    elements[index].compareExchange(
      expected: expected, desired: new, ordering: .acquiring
    ).exchanged
  }
}
