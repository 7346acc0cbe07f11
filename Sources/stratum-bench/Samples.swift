import Factorization

/// Several measurements of the same thing.
struct Samples: Encodable {
  /// The middle one.
  let median: Double
  let minimum: Double
  let maximum: Double
  let count: Int

  init(_ values: [Double]) {
    let sorted = values.sorted()
    median = sorted[sorted.count / 2]
    minimum = sorted[0]
    maximum = sorted[sorted.count - 1]
    count = sorted.count
  }
}

/// How often in a second a body runs, from as many runs as take some hundredths of a second.
func rate(_ body: () -> Void) -> Double {
  var calls = 0.0
  let begin = MonotonicClock.seconds
  var elapsed = 0.0
  repeat {
    body()
    calls += 1
    elapsed = MonotonicClock.seconds - begin
  } while elapsed < 0.02
  return calls / elapsed
}
