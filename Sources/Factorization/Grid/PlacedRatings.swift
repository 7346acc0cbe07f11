/// Ratings on their way to their tiles, chunk by chunk in the order of buckets, to be taken bucket by
/// bucket.
///
/// They stay where the list had them, and the memory of those taken goes back to the system.
package struct PlacedRatings {
  fileprivate struct Chunk {
    var ratings: [Rating]
    /// Where each bucket starts, and the number of ratings at the end.
    var starts: [Int32]
  }

  private var chunks: [Chunk] = []

  /// Orders ratings by buckets.
  ///
  /// - Parameters:
  ///   - list: ratings that a `TileCutter` has placed, none of which is left in it.
  ///   - buckets: the bucket of each tile.
  ///   - bucketCount: the number of buckets.
  package init(draining list: inout RatingList, buckets: [UInt32], bucketCount: Int) {
    var unordered = RatingList()
    swap(&unordered, &list)
    var scratch: [Rating] = []
    for index in unordered.chunks.indices {
      var chunk = Chunk(ratings: [], starts: [Int32](repeating: 0, count: bucketCount + 1))
      swap(&chunk.ratings, &unordered.chunks[index])
      chunk.order(by: buckets, scratch: &scratch)
      chunks.append(chunk)
    }
  }

  /// Visits the ratings of a bucket, some at a time.
  package func forEachRun(ofBucket bucket: Int, _ body: (ArraySlice<Rating>) -> Void) {
    for chunk in chunks {
      body(chunk.ratings[Int(chunk.starts[bucket])..<Int(chunk.starts[bucket + 1])])
    }
  }

  /// Gives back the memory of the first so many buckets, which are not visited again.
  package mutating func drop(buckets: Int) {
    for index in chunks.indices {
      let count = Int(chunks[index].starts[buckets])
      chunks[index].ratings.withUnsafeMutableBufferPointer { ratings in
        giveBack(
          UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: ratings[..<count])))
      }
    }
  }
}

extension PlacedRatings.Chunk {
  /// A counting sort.
  fileprivate mutating func order(by buckets: [UInt32], scratch: inout [Rating]) {
    for rating in ratings { starts[Int(buckets[Int(rating.row)]) + 1] += 1 }
    for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
    var next = starts
    scratch.removeAll(keepingCapacity: true)
    scratch += ratings
    for rating in scratch {
      let bucket = Int(buckets[Int(rating.row)])
      ratings[Int(next[bucket])] = rating
      next[bucket] += 1
    }
  }
}
