/// Values that threads write at the same time, each its own.
final class ParallelArray<Value>: @unchecked Sendable {
  // Sendable: no two threads use the same value, and all are read when none runs.

  private let values: UnsafeMutableBufferPointer<Value>

  /// So many times the same value.
  init(repeating value: Value, count: Int) {
    values = .allocate(capacity: count)
    values.initialize(repeating: value)
  }

  deinit {
    values.deinitialize()
    values.deallocate()
  }

  /// One of the values.
  subscript(index: Int) -> Value {
    get { values[index] }
    _modify { yield &values[index] }
  }

  /// All values.
  var all: [Value] { Array(values) }

  /// Replaces all values by one.
  func reset(to value: Value) { values.update(repeating: value) }

  /// Takes all values, and leaves another in the place of each.
  func take(leaving value: Value) -> [Value] {
    defer { reset(to: value) }
    return all
  }
}
