/// The division of all rows, or of all columns, into blocks of nearly equal numbers of ratings.
///
/// Indices are given to blocks by degree (their number of ratings), highest first, each to the
/// block that is lightest so far; ties are broken in an order that the seed makes random. After a
/// random permutation alone the heaviest block of skewed data costs up to twice the mean; this
/// greedy rule (longest processing time first: Graham 1969) keeps it within a few per cent. Where it is
/// known how the heaviest columns' ratings are spread over the row blocks, a column goes to the block
/// that has least where the column has most, so that single blocks of the grid are even too.
///
/// A block's members stand next to each other in *positions*: block `b` has the positions
/// `starts[b] ..< starts[b + 1]`, in descending order of degree. The division depends on the
/// degrees, the number of blocks and the seed only, so that every rank computes the same one.
public struct BlockPartition: Sendable, Equatable {
  /// The first position of each block, and the number of indices at the end: `blockCount + 1` values.
  public let starts: [Int]
  /// The dense index that stands at each position.
  public let indices: [UInt32]
  /// The position of each dense index.
  public let positions: [UInt32]
  /// The block of each dense index.
  public let blocks: [UInt16]

  /// The number of blocks, some of which may be empty.
  public var blockCount: Int { starts.count - 1 }

  /// The number of indices in the largest block.
  public var largestBlock: Int {
    (0..<blockCount).reduce(0) { max($0, size(ofBlock: $1)) }
  }

  /// The number of indices in a block.
  public func size(ofBlock block: Int) -> Int { starts[block + 1] - starts[block] }

  /// The positions of a block's members.
  public func positions(ofBlock block: Int) -> Range<Int> { starts[block]..<starts[block + 1] }

  /// The place of a dense index within its block, from 0.
  public func place(of index: Int) -> Int {
    Int(positions[index]) - starts[Int(blocks[index])]
  }

  /// The largest number of blocks that a partition can have.
  public static let maximumBlockCount = Int(UInt16.max)

  /// Divides indices into blocks.
  ///
  /// - Parameters:
  ///   - degrees: the number of ratings of each dense index.
  ///   - blockCount: the number of blocks, from 1 to ``maximumBlockCount``.
  ///   - random: the source of the order within ties.
  public init(degrees: [Int32], blockCount: Int, random: CounterRandom) {
    self.init(
      degrees: degrees, order: Self.descending(degrees, random: random), blockCount: blockCount,
      heaviest: [])
  }

  /// Divides indices into blocks.
  ///
  /// - Parameters:
  ///   - degrees: the number of ratings of each dense index.
  ///   - order: the dense indices by descending degree.
  ///   - blockCount: the number of blocks.
  ///   - heaviest: the blocks of the first indices of the order, which have been chosen already.
  init(degrees: [Int32], order: [UInt32], blockCount: Int, heaviest: [Int]) {
    precondition(blockCount > 0 && blockCount <= Self.maximumBlockCount)
    var blocks = [UInt16](repeating: 0, count: degrees.count)
    var sizes = [Int](repeating: 0, count: blockCount)
    var loads = [Int](repeating: 0, count: blockCount)
    func put(_ index: UInt32, _ block: Int) {
      blocks[Int(index)] = UInt16(block)
      sizes[block] += 1
    }
    for (index, block) in zip(order, heaviest) {
      put(index, block)
      loads[block] += Self.weight(ofDegree: degrees[Int(index)])
    }
    var lightest = LightestBlocks(loads: loads)
    for index in order.dropFirst(heaviest.count) {
      put(index, lightest.add(Self.weight(ofDegree: degrees[Int(index)])))
    }
    var starts = [0]
    for size in sizes { starts.append(starts[starts.count - 1] + size) }
    var next = starts
    var indices = [UInt32](repeating: 0, count: degrees.count)
    var positions = indices
    for index in order {
      let block = Int(blocks[Int(index)])
      indices[next[block]] = index
      positions[Int(index)] = UInt32(next[block])
      next[block] += 1
    }
    self.starts = starts
    self.indices = indices
    self.positions = positions
    self.blocks = blocks
  }

  /// An index counts a little beside its ratings, so that indices without ratings are spread too.
  static func weight(ofDegree degree: Int32) -> Int { 16 * Int(degree) + 1 }

  /// All indices by descending degree, in random order within equal degrees.
  static func descending(_ degrees: [Int32], random: CounterRandom) -> [UInt32] {
    var keyed = degrees.indices.map { index in
      (degree: degrees[index], tie: random.bits(UInt32(index)).x, index: UInt32(index))
    }
    keyed.sort { a, b in (b.degree, a.tie, a.index) < (a.degree, b.tie, b.index) }
    return keyed.map(\.index)
  }
}

/// A binary heap of blocks with the lightest on top; of equally light ones the first.
private struct LightestBlocks {
  private var heap: [(load: Int, block: Int)]

  /// A sorted array is a heap.
  init(loads: [Int]) { heap = loads.enumerated().map { ($1, $0) }.sorted(by: <) }

  /// Adds a weight to the lightest block and returns that block.
  mutating func add(_ weight: Int) -> Int {
    let block = heap[0].block
    heap[0].load += weight
    siftDown()
    return block
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child] < heap[smallest] { smallest = child }
      if smallest == parent { return }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
