/// LA-WOR: strata without replacement, nested so that column blocks stay near: random over groups of
/// column blocks, then random inside a group, level by level.
///
/// The block index is written in mixed radix, one digit for each prime factor of the number of
/// blocks, the largest factor leading. Row block `b` trains the column block whose every digit is
/// that of `b` plus a shift; the shifts' leading digits change least often. A group of row blocks
/// that shares its leading digits therefore keeps to one group of column blocks for a whole run of
/// sub-epochs. Ranks whose number is a product of leading factors exchange each group once an
/// epoch, n · k floats a rank instead of d / P times as many, and the schedule itself does not
/// depend on the number of ranks. For a prime number of blocks it is WOR without locality.
///
/// Fresh random relabelling of rows and columns, which keeps groups together, makes the strata of
/// each epoch new.
public struct LocalityAwareSchedule: StratumSchedule {
  private let random: CounterRandom

  /// Creates the schedule that belongs to a seed.
  public init(seed: UInt64) { random = CounterRandom(seed: seed, stream: .schedule) }

  /// A nested Latin square that is random and fresh in each epoch.
  public func plan(epoch: Int, blockCount: Int) -> EpochPlan {
    var generator = random.generator(UInt32(epoch))
    let radices = Self.primeFactors(of: blockCount)
    let rows = Self.nestedPermutation(radices[...], using: &generator)
    let columns = Self.nestedPermutation(radices[...], using: &generator)
    let shifts = Self.nestedPermutation(radices[...], using: &generator)
    return EpochPlan(radices: radices, rows: rows, columns: columns, shifts: shifts)
  }

  /// The prime factors of a positive number, largest first.
  static func primeFactors(of number: Int) -> [Int] {
    var rest = number
    var factors: [Int] = []
    var divisor = 2
    while rest > 1 {
      while rest % divisor == 0 {
        factors.append(divisor)
        rest /= divisor
      }
      divisor += 1
    }
    return factors.reversed()
  }

  /// A random permutation of 0 ..< ∏ radices that keeps every group of equal leading digits together.
  private static func nestedPermutation(
    _ radices: ArraySlice<Int>, using generator: inout SplitMix64
  ) -> [Int] {
    guard let radix = radices.first else { return [0] }
    let groupSize = radices.dropFirst().reduce(1, *)
    var permutation: [Int] = []
    for group in generator.permutation(of: radix) {
      let inner = nestedPermutation(radices.dropFirst(), using: &generator)
      permutation += inner.map { group * groupSize + $0 }
    }
    return permutation
  }
}
