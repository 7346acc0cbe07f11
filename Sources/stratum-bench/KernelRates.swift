import Factorization

/// The rates of the kernels for one width, in ratings a second on one core.
struct KernelRates: Encodable {
  var benchmark = "kernel"
  let factors: Int
  let usesAdaGrad: Bool
  let inCache: Rates
  let large: Rates
  /// The rate of steps on the large matrix over that in cache, in the same round.
  let shareOfCache: Samples

  /// The rates on one matrix.
  struct Rates: Encodable {
    /// Whole epochs of steps, tiles shuffled in each.
    let train: Samples
    /// Whole passes for the loss.
    let evaluate: Samples
  }
}

/// The kernels for one width, measured round by round.
final class MeasuredKernel {
  private let factors: Int
  private let usesAdaGrad: Bool
  private let small: SequentialTraining
  private let large: SequentialTraining
  private let counts: (small: Double, large: Double)
  private var rounds: [Round] = []

  private struct Round {
    var small: (train: Double, evaluate: Double)
    var large: (train: Double, evaluate: Double)
  }

  init(factors: Int, usesAdaGrad: Bool, small: MeasuredMatrix, large: MeasuredMatrix) {
    self.factors = factors
    self.usesAdaGrad = usesAdaGrad
    self.small = small.training(factors: factors, usesAdaGrad: usesAdaGrad)
    self.large = large.training(factors: factors, usesAdaGrad: usesAdaGrad)
    counts = (Double(small.ratings.count), Double(large.ratings.count))
  }

  /// Measures both matrices once, one after the other.
  func measure() {
    rounds.append(
      Round(small: measure(small, counts.small), large: measure(large, counts.large)))
  }

  private func measure(
    _ training: SequentialTraining, _ count: Double
  ) -> (train: Double, evaluate: Double) {
    (
      count * rate { _ = training.train(epoch: rounds.count + 1, stepSize: 0.01) },
      count * rate { _ = training.evaluate() }
    )
  }

  /// The rates of all rounds but the first, which warmed up.
  var rates: KernelRates {
    let rounds = rounds.dropFirst()
    return KernelRates(
      factors: factors, usesAdaGrad: usesAdaGrad,
      inCache: KernelRates.Rates(
        train: Samples(rounds.map(\.small.train)), evaluate: Samples(rounds.map(\.small.evaluate))),
      large: KernelRates.Rates(
        train: Samples(rounds.map(\.large.train)), evaluate: Samples(rounds.map(\.large.evaluate))),
      shareOfCache: Samples(rounds.map { $0.large.train / $0.small.train }))
  }
}

/// Measures the kernels in cache and on the large matrix, and sets them beside what memory and
/// arithmetic allow.
func measureRates(_ records: RecordFile) throws {
  let rounds = 9
  let kernels = measuredKernels()
  var coreSpeed = CoreSpeedRounds()
  // In rounds over all of them, so that what disturbs the machine for a while disturbs all alike.
  for _ in 0...rounds {
    for kernel in kernels { kernel.measure() }
    coreSpeed.measure()
  }
  let rates = kernels.map(\.rates)
  print(
    """
    Kernel, million ratings a second on one core, shuffling included; medians of \(rounds) rounds
                          in cache     100,000 x 10,000    share
      k  AdaGrad     train    loss     train    loss    of cache
    """)
  for kernel in rates {
    try records.add(kernel)
    print(
      cell(Double(kernel.factors), 3), kernel.usesAdaGrad ? "    yes" : "     no",
      cell(kernel.inCache.train.median / 1e6, 9, decimals: 1),
      cell(kernel.inCache.evaluate.median / 1e6, 7, decimals: 1),
      cell(kernel.large.train.median / 1e6, 9, decimals: 1),
      cell(kernel.large.evaluate.median / 1e6, 7, decimals: 1),
      percentCell(kernel.shareOfCache.median, 10))
  }
  try reportRoofline(of: rates.filter { !$0.usesAdaGrad }, coreSpeed.speed, records)
}

private func measuredKernels() -> [MeasuredKernel] {
  let small = MeasuredMatrix.inCache
  let large = MeasuredMatrix.large
  return [16, 32, 64, 100, 128].flatMap { factors in
    [false, true].map {
      MeasuredKernel(factors: factors, usesAdaGrad: $0, small: small, large: large)
    }
  }
}
