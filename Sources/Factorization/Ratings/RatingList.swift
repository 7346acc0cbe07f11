import Glibc

/// Ratings in chunks, so that appending moves none, and memory can be given back piece by piece: 12 bytes
/// a rating.
public struct RatingList: Sendable {
  @usableFromInline var chunks: [[Rating]] = []
  @usableFromInline var total = 0
  /// How many more ratings the last chunk takes.
  @usableFromInline var room = 0

  private static let ratingsPerChunk = 1 << 16

  /// The number of ratings.
  @inlinable
  public var count: Int { total }

  /// Creates an empty list.
  public init() {}

  /// Creates a list of ratings.
  public init(_ ratings: some Sequence<Rating>) {
    for rating in ratings { append(rating) }
  }

  /// Appends a rating.
  @inlinable
  public mutating func append(_ rating: Rating) {
    if room == 0 { addChunk() }
    chunks[chunks.count - 1].append(rating)
    room -= 1
    total += 1
  }

  @inline(never)
  @usableFromInline
  mutating func addChunk() {
    var chunk: [Rating] = []
    chunk.reserveCapacity(Self.ratingsPerChunk)
    chunks.append(chunk)
    room = Self.ratingsPerChunk
  }

  /// Appends ratings as a chunk of their own.
  mutating func append(chunk: [Rating]) {
    chunks.append(chunk)
    total += chunk.count
    room = 0
  }

  /// Visits the chunks in order.
  package func forEachChunk(_ body: ([Rating]) -> Void) {
    for chunk in chunks { body(chunk) }
  }

  /// Replaces each rating, in order, by what `body` makes of it, or drops it where that is nil; the
  /// memory of those dropped goes back to the system.
  public mutating func replaceEach(_ body: (Rating) -> Rating?) {
    total = 0
    for index in chunks.indices {
      var kept = 0
      chunks[index].withUnsafeMutableBufferPointer { chunk in
        for rating in chunk {
          guard let replacement = body(rating) else { continue }
          chunk[kept] = replacement
          kept += 1
        }
        giveBack(
          UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: chunk[kept...])))
      }
      chunks[index].removeLast(chunks[index].count - kept)
      total += kept
    }
    room = 0
  }
}

extension RatingList: Sequence {
  /// Visits the ratings in order.
  @inlinable
  public func makeIterator() -> FlattenSequence<[[Rating]]>.Iterator {
    chunks.joined().makeIterator()
  }

  /// Visits the ratings in order, chunk by chunk, which is faster than a loop.
  @inlinable
  public func forEach<Failure: Error>(
    _ body: (Rating) throws(Failure) -> Void
  ) throws(Failure) {
    for chunk in chunks { for rating in chunk { try body(rating) } }
  }

  /// The number of ratings.
  @inlinable
  public var underestimatedCount: Int { count }
}

/// Gives memory back to the system while it stays allocated; what it held is lost.
///
/// What is freed the allocator keeps for later, so that its pages and those of the next large array would
/// be there at the same time.
func giveBack(_ memory: UnsafeMutableRawBufferPointer) {
  let page = Int(getpagesize())
  let start = (Int(bitPattern: memory.baseAddress) + page - 1) / page * page
  let end = (Int(bitPattern: memory.baseAddress) + memory.count) / page * page
  guard start < end else { return }
  // Whole pages within the caller's own memory. It is only advice: a failure changes nothing.
  madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, MADV_DONTNEED)
}
