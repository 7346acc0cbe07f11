/// The best of a stream of scores, kept in a heap of bounded size.
///
/// Of equal scores the smaller index is better, so the result does not depend on the order of
/// insertion. Scores that are not numbers are left out. An insertion costs O(log limit) where the
/// score is among the best so far, otherwise one comparison.
public struct TopScores: Sendable {
  /// An index and its score.
  public struct Entry: Sendable, Equatable {
    /// The index.
    public var index: Int
    /// Its score.
    public var score: Float

    /// Creates an entry.
    public init(index: Int, score: Float) {
      self.index = index
      self.score = score
    }

    fileprivate func isBetter(than other: Entry) -> Bool {
      score > other.score || (score == other.score && index < other.index)
    }
  }

  private let limit: Int
  /// A heap with the worst entry first.
  private var heap: [Entry] = []

  /// Keeps at most `limit` entries, which must not be negative.
  public init(limit: Int) {
    precondition(limit >= 0, "a negative number of scores")
    self.limit = limit
  }

  /// Whether an entry of this score, with an index larger than all before, would be kept.
  func wouldKeepNext(_ score: Float) -> Bool {
    heap.count < limit ? !score.isNaN : limit > 0 && score > heap[0].score
  }

  /// Offers an entry.
  public mutating func insert(index: Int, score: Float) {
    let entry = Entry(index: index, score: score)
    guard !score.isNaN, limit > 0 else { return }
    if heap.count < limit {
      heap.append(entry)
      siftUp(from: heap.count - 1)
    } else if entry.isBetter(than: heap[0]) {
      heap[0] = entry
      siftDown()
    }
  }

  /// The entries, best first.
  public func sorted() -> [Entry] {
    heap.sorted { $0.isBetter(than: $1) }
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[parent].isBetter(than: heap[child]) else { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[worst].isBetter(than: heap[child]) { worst = child }
      }
      guard worst != parent else { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }
}
