import Factorization
import MPI

/// A rating travels as its bytes.
extension Rating: TrivialDatatype {}

extension Communicator {
  /// Brings each rating to the rank that owns its row block, and sorts them there.
  ///
  /// Collective.
  ///
  /// It takes several rounds. In each, every rank gets the ratings of the next tiles of its own: so
  /// entries fill up from front to back as the ratings behind them vanish, and at no time does a rating
  /// take much more than the 12 bytes that it has in the list.
  ///
  /// - Parameters:
  ///   - ratings: this rank's ratings, by dense index, in any order; none is left in it.
  ///   - grid: the grid that they are cut by.
  ///   - ownership: which rank owns which row blocks.
  /// - Returns: all ranks' ratings of this rank's row blocks.
  /// - Throws: `MPIError`.
  func distribute(
    _ ratings: inout RatingList, grid: Grid, ownership: BlockOwnership
  ) throws(MPIError) -> RatingBlocks {
    let cutter = TileCutter(grid)
    let local = cutter.place(&ratings)
    let all = try allReduce(local, .sum)
    let plan = ExchangePlan(local: local, all: all, cutter: cutter, ownership: ownership)
    var outgoing = PlacedRatings(
      draining: &ratings, buckets: plan.buckets, bucketCount: plan.counts.count)
    let own = ownership.rowBlocks(ofRank: rank)
    return try RatingBlocks(all[cutter.tiles(ofRowBlocks: own)], grid: grid, rowBlocks: own) {
      (filler) throws(MPIError) in
      var packed: [Rating] = []
      for round in 0..<plan.rounds {
        let buckets = round * size..<(round + 1) * size
        if size == 1 {
          outgoing.forEachRun(ofBucket: round) { filler.add($0) }
          outgoing.drop(buckets: buckets.upperBound)
        } else {
          packed.removeAll(keepingCapacity: true)
          for bucket in buckets { outgoing.forEachRun(ofBucket: bucket) { packed += $0 } }
          outgoing.drop(buckets: buckets.upperBound)
          filler.add(try allToAllVarying(packed, counts: Array(plan.counts[buckets])).values[...])
        }
      }
    }
  }
}

/// Which ratings go where in which round.
private struct ExchangePlan {
  /// The number of rounds, the same on all ranks.
  let rounds: Int
  /// The bucket of each tile: the round's number times the number of ranks, plus the target.
  private(set) var buckets: [UInt32]
  /// The number of this rank's ratings in each bucket.
  private(set) var counts: [Int]

  private static let mostRounds = 32
  /// The ratings that make a round worthwhile, for each rank.
  private static let ratingsPerRound = 1 << 16

  /// Cuts each rank's tiles into rounds of nearly equal numbers of ratings.
  ///
  /// - Parameters:
  ///   - local: the number of this rank's ratings in each tile.
  ///   - all: the number of all ranks' ratings in each tile.
  ///   - cutter: numbers the tiles.
  ///   - ownership: which rank owns which row blocks.
  init(local: [Int32], all: [Int32], cutter: TileCutter, ownership: BlockOwnership) {
    let ranks = ownership.ranks
    let total = all.reduce(0) { $0 + Int($1) }
    rounds = max(1, min(Self.mostRounds, total / ranks / Self.ratingsPerRound))
    buckets = [UInt32](repeating: 0, count: all.count)
    counts = [Int](repeating: 0, count: rounds * ranks)
    for target in 0..<ranks {
      let tiles = cutter.tiles(ofRowBlocks: ownership.rowBlocks(ofRank: target))
      let incoming = all[tiles].reduce(0) { $0 + Int($1) }
      var before = 0
      for tile in tiles {
        let round = min(rounds - 1, before * rounds / max(1, incoming))
        buckets[tile] = UInt32(round * ranks + target)
        counts[round * ranks + target] += Int(local[tile])
        before += Int(all[tile])
      }
    }
  }
}
