import Glibc

/// How activity is spread over users, and popularity over items, in real ratings: a Zipf curve with an
/// exponential cut-off in the quantile x = (position − ½)/count, most active first.
///
/// The constants were fitted to MovieLens 1M.
package enum ActivityCurve {
  /// What the number of ratings of each of `count` users is proportional to.
  package static func users(_ count: Int) -> [Double] {
    (0..<count).map { position in
      let x = (Double(position) + 0.5) / Double(count)
      return coarse(exp(-0.259 * log(x + 0.0006) - 2.653 * x))
    }
  }

  /// What the probabilities of `count` items to be rated are proportional to.
  package static func items(_ count: Int) -> [Double] {
    (0..<count).map { position in
      let x = (Double(position) + 0.5) / Double(count)
      return coarse(exp(-0.26 * log(x) - 4.9 * x))
    }
  }

  /// The share of the ratings that the most popular of `count` items has.
  package static func largestShareOfItems(_ count: Int) -> Double {
    let items = items(count)
    return items[0] / items.reduce(0, +)
  }

  /// The number of ratings of each user, which add up to `total`.
  ///
  /// The curve is scaled to the total; nobody gets more than `limit`, and nobody fewer than 20, or
  /// than a fifth of the mean if that is less.
  package static func counts(users: Int, total: Int, limit: Int) -> [Int] {
    let curve = Self.users(users)
    let least = min(20, Double(total / (5 * users)))
    func scaled(_ factor: Double, _ value: Double) -> Double {
      min(Double(limit), max(least, factor * value))
    }
    // The sum grows with the factor: bisect to the last bits.
    var lower = 0.0
    var upper = 1.0
    func sum(_ factor: Double) -> Double { curve.reduce(0) { $0 + scaled(factor, $1) } }
    while sum(upper) < Double(total), upper < 0x1p100 { upper *= 2 }
    for _ in 0..<56 {
      let middle = (lower + upper) / 2
      if sum(middle) < Double(total) { lower = middle } else { upper = middle }
    }
    // Rounding the running sum, not each count, keeps the total.
    var running = 0.0
    var given = 0
    return curve.indices.map { position in
      running += scaled(upper, curve[position])
      let target = position == users - 1 ? total : min(total, Int(running.rounded()))
      defer { given = target }
      return target - given
    }
  }

  /// Rounds to 20 significant bits, so that the last bit of a C library's `exp` or `log`, which may
  /// differ between machines, cannot make two ranks disagree about the counts.
  private static func coarse(_ value: Double) -> Double {
    Double(bitPattern: (value.bitPattern + 1 << 31) & ~(1 << 32 - 1))
  }
}
