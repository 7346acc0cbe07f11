/// Events in the order of their times; of those at one time, first come, first served.
struct EventQueue<Event> {
  private struct Entry {
    let time: Double
    let number: Int
    let event: Event

    func precedes(_ other: Entry) -> Bool { (time, number) < (other.time, other.number) }
  }

  /// A binary heap, the next event on top.
  private var heap: [Entry] = []
  private var pushed = 0

  /// Adds an event.
  mutating func push(_ event: Event, at time: Double) {
    heap.append(Entry(time: time, number: pushed, event: event))
    pushed += 1
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes the next event out; nil where there is none.
  mutating func pop() -> (time: Double, event: Event)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      siftDown()
    }
    return (first.time, first.event)
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var next = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[next]) { next = child }
      if next == parent { return }
      heap.swapAt(parent, next)
      parent = next
    }
  }
}
