import Glibc

/// The factor vectors of one row block or column block, with what belongs to them, in one piece of
/// memory that can travel as one message.
///
/// First come the vectors, `shape.stride` floats each, then the accumulators, two floats each, then the
/// biases, one float each. The memory
/// starts on a cache line and is released with the value. The same storage can hold blocks of
/// different sizes one after another, up to its capacity.
public struct FactorBlock: ~Copyable, @unchecked Sendable {
  // Sendable because the memory has a single owner at any time, which `~Copyable` enforces.

  /// The layout of the vectors.
  public let shape: FactorShape
  /// The most vectors that fit.
  public let capacity: Int
  /// The vectors that are stored now, at most `capacity`.
  public var count: Int
  private let base: UnsafeMutablePointer<Float>

  /// Allocates a block of zeros.
  public init(shape: FactorShape, capacity: Int) {
    self.shape = shape
    self.capacity = capacity
    count = capacity
    let floats = max(16, capacity * shape.floatsPerVector)
    let bytes = (floats * MemoryLayout<Float>.stride + 63) / 64 * 64
    guard let memory = aligned_alloc(64, bytes) else {
      fatalError("out of memory: \(bytes) bytes for factors")
    }
    base = memory.initializeMemory(as: Float.self, repeating: 0, count: floats)
  }

  deinit { free(base) }

  /// The floats in use.
  public var floats: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count * shape.floatsPerVector)
  }

  /// Where the kernels find the vectors and biases; valid as long as the block lives and keeps its
  /// count.
  public var view: FactorView {
    let accumulators = base + count * shape.stride
    let biases = accumulators + (shape.hasAccumulators ? 2 * count : 0)
    return FactorView(
      vectors: base, biases: shape.hasBiases ? biases : nil,
      accumulators: shape.hasAccumulators ? accumulators : nil, stride: shape.stride)
  }

  /// Sets the vectors of some blocks of a partition to their initial values, and all else to zero.
  ///
  /// - Parameters:
  ///   - blocks: the blocks whose members are stored here, in the order of positions.
  ///   - partition: the partition they belong to.
  ///   - start: the initial values.
  ///   - isTrained: whether a dense index has any rating; the vectors of those that have none are
  ///     zero, so that their predictions fall back to the mean and the other side's bias.
  public mutating func initialize(
    _ blocks: Range<Int>, of partition: BlockPartition, from start: InitialFactors,
    isTrained: (_ index: Int) -> Bool
  ) {
    let positions = partition.starts[blocks.lowerBound]..<partition.starts[blocks.upperBound]
    precondition(positions.count <= capacity, "the block is too small")
    count = positions.count
    floats.update(repeating: 0)
    for (offset, position) in positions.enumerated() {
      let index = Int(partition.indices[position])
      if isTrained(index) { start.fill(base + offset * shape.stride, index: index) }
    }
  }
}

/// The address of some factor vectors and their biases, not owned.
public struct FactorView: @unchecked Sendable {
  // Sendable as an address; who may write through it when is decided by the strata.

  /// The first factor of the first vector.
  public var vectors: UnsafeMutablePointer<Float>
  /// The first bias, where there are biases.
  public var biases: UnsafeMutablePointer<Float>?
  /// The first two accumulators, where there are any: of the factors' squared gradients and of the
  /// bias's, since the start.
  public var accumulators: UnsafeMutablePointer<Float>?
  /// Floats from one vector to the next.
  public var stride: Int

  /// The view that starts `index` vectors further on.
  @inlinable
  public func advanced(by index: Int) -> FactorView {
    FactorView(
      vectors: vectors + index * stride, biases: biases.map { $0 + index },
      accumulators: accumulators.map { $0 + 2 * index }, stride: stride)
  }

  /// The floats of one vector, its padding with zeros included.
  public func vector(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: vectors + index * stride, count: stride)
  }

  /// The sum of the absolute values of one vector's floats, one after the other.
  func absoluteNorm(_ index: Int) -> Double {
    vector(index).reduce(0) { $0 + Double(abs($1)) }
  }

  /// Replaces some vectors, with all that is beside them, by those of another view of the same layout, which
  /// lies elsewhere.
  package func copy(_ count: Int, from other: FactorView) {
    vectors.update(from: other.vectors, count: count * stride)
    if let theirs = other.accumulators { accumulators?.update(from: theirs, count: 2 * count) }
    if let theirs = other.biases { biases?.update(from: theirs, count: count) }
  }

  /// The sum of the squares of one vector's floats: eight sums side by side, then halves onto halves.
  func squaredNorm(_ index: Int) -> Double {
    let vector = vector(index)
    var sums = SIMD8<Double>.zero
    // Unsafe: a vector's length is a multiple of 16.
    for start in Swift.stride(from: 0, to: stride, by: 8) {
      let floats = UnsafeRawPointer(vector.baseAddress.unsafelyUnwrapped + start)
        .loadUnaligned(as: SIMD8<Float>.self)
      let doubles = SIMD8<Double>(floats)
      sums.addProduct(doubles, doubles)
    }
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// Creates a view.
  @inlinable
  public init(
    vectors: UnsafeMutablePointer<Float>, biases: UnsafeMutablePointer<Float>?,
    accumulators: UnsafeMutablePointer<Float>?, stride: Int
  ) {
    self.vectors = vectors
    self.biases = biases
    self.accumulators = accumulators
    self.stride = stride
  }
}
