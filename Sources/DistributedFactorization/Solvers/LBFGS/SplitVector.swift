import Factorization
import MPI

/// A vector of all parameters, or of their gradient: each rank has the part of its own rows, and all have the
/// same numbers for the columns.
final class SplitVector: @unchecked Sendable {
  // Sendable: while threads run each writes its own part only.

  private let data: TrainingData
  private let runner: SweepRunner
  /// The part of this rank's rows, in the order of positions.
  let rows: FactorBlock
  /// The part of all columns, in the order of positions.
  let columns: FactorBlock

  /// A vector of zeros.
  init(_ factors: DistributedFactors) {
    data = factors.data
    runner = factors.runner
    rows = FactorBlock(shape: factors.shape, capacity: factors.rows.count)
    columns = factors.makeAllColumns()
  }

  /// Where a row block begins in `rows`.
  func start(ofRowBlock block: Int) -> Int {
    data.grid.rows.starts[block] - data.grid.rows.starts[data.rowBlocks.lowerBound]
  }

  // MARK: Sums

  /// A vector and the factor by which it is multiplied.
  typealias Term = (factor: Double, vector: SplitVector)

  /// Becomes the sum of multiples of other vectors.
  ///
  /// Does not communicate.
  func set(_ terms: [Term]) {
    runner.pool.run { [runner] worker in
      func share(_ count: Int) -> Range<Int> {
        worker * count / runner.workers..<(worker + 1) * count / runner.workers
      }
      let (rows, columns) = (self.rows.floats, self.columns.floats)
      sum(terms.map { (Float($0.factor), $0.vector.rows.floats) }, into: rows, share(rows.count))
      sum(
        terms.map { (Float($0.factor), $0.vector.columns.floats) }, into: columns,
        share(columns.count))
    }
  }

  // MARK: Inner products

  /// The inner products of some vectors with others, the same bits on every rank and for any number of ranks.
  ///
  /// Collective.
  ///
  /// - Returns: for each of `some` its products with each of `others`.
  static func products(
    of some: [SplitVector], with others: [SplitVector], _ communicator: borrowing Communicator
  ) throws(MPIError) -> [[Double]] {
    let (data, runner) = (some[0].data, some[0].runner)
    let parts = ParallelArray(repeating: [Double](), count: data.rowBlocks.count)
    runner.forEachRowBlock { _, block in
      parts[block - data.rowBlocks.lowerBound] = some.flatMap { vector in
        others.map { vector.product(with: $0, inBlock: block) }
      }
    }
    var slots = SlotSums(
      blockCount: data.grid.blockCount, quantities: some.count * others.count)
    for (block, products) in zip(data.rowBlocks, parts.all) {
      for (quantity, product) in products.enumerated() { slots[block, quantity] = product }
    }
    let totals = try slots.totals(communicator)
    return some.indices.map { Array(totals[$0 * others.count..<($0 + 1) * others.count]) }
  }

  /// The part of an inner product that belongs to a row block and to the column block of the same number.
  private func product(with other: SplitVector, inBlock block: Int) -> Double {
    let (row, column) = (start(ofRowBlock: block), data.grid.columns.starts[block])
    return innerProduct(
      rows.view.advanced(by: row), other.rows.view.advanced(by: row),
      count: data.grid.rows.size(ofBlock: block))
      + innerProduct(
        columns.view.advanced(by: column), other.columns.view.advanced(by: column),
        count: data.grid.columns.size(ofBlock: block))
  }
}

/// Sets a part of some floats to the sum of multiples of others.
private func sum(
  _ terms: [(factor: Float, floats: UnsafeMutableBufferPointer<Float>)],
  into target: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>
) {
  // In pieces that stay in the nearest cache while term after term is added.
  for start in stride(from: range.lowerBound, to: range.upperBound, by: 2048) {
    let piece = start..<min(start + 2048, range.upperBound)
    for index in piece { target[index] = 0 }
    for (factor, floats) in terms {
      for index in piece { target[index].addProduct(factor, floats[index]) }
    }
  }
}

/// The inner product of some vectors with their biases.
private func innerProduct(_ a: FactorView, _ b: FactorView, count: Int) -> Double {
  let vectors = innerProduct(a.vectors, b.vectors, count: count * a.stride)
  guard let ours = a.biases, let theirs = b.biases else { return vectors }
  return vectors + innerProduct(ours, theirs, count: count)
}

/// The inner product of some floats, in double precision: sixteen sums side by side.
private func innerProduct(
  _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, count: Int
) -> Double {
  // Unsafe: the callers stay below `count`.
  func doubles(_ floats: UnsafeMutablePointer<Float>, _ start: Int) -> SIMD8<Double> {
    SIMD8<Double>(UnsafeRawPointer(floats + start).loadUnaligned(as: SIMD8<Float>.self))
  }
  var even = SIMD8<Double>.zero
  var odd = SIMD8<Double>.zero
  let whole = count & ~15
  for start in stride(from: 0, to: whole, by: 16) {
    even.addProduct(doubles(a, start), doubles(b, start))
    odd.addProduct(doubles(a, start + 8), doubles(b, start + 8))
  }
  return (whole..<count).reduce((even + odd).sum()) { $0 + Double(a[$1]) * Double(b[$1]) }
}
