/// The seconds of both halves, round by round.
struct Result {
  private var plain: [Double] = []
  private var swift: [Double] = []

  /// Adds a round.
  mutating func add(plain: Double, swift: Double) {
    self.plain.append(plain)
    self.swift.append(swift)
  }

  /// The median seconds of the plain C half.
  var plainSeconds: Double { median(plain) }

  /// The median seconds of the wrapper.
  var swiftSeconds: Double { median(swift) }

  /// The median over the rounds of the difference within a round, in seconds.
  var overheadSeconds: Double { median(zip(swift, plain).map { $0 - $1 }) }

  /// The median over the rounds of the ratio within a round, less one, in percent.
  var overheadPercent: Double { (median(zip(swift, plain).map { $0 / $1 }) - 1) * 100 }

  /// The ratio of the fastest rounds, less one, in percent: what a disturbed machine shows best.
  var bestPercent: Double {
    guard let swift = swift.min(), let plain = plain.min() else { return .nan }
    return (swift / plain - 1) * 100
  }

  /// Half the distance between the quartiles of that ratio, in percent: how far to believe it.
  var spreadPercent: Double {
    let ratios = zip(swift, plain).map { $0 / $1 }.sorted()
    return (ratios[ratios.count * 3 / 4] - ratios[ratios.count / 4]) / 2 * 100
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
