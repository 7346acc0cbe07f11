import Factorization
import MPI

/// What all cells of the matrix together add to what pulls a vector down: Σ h for Σ p, and a G w for a Σ p²
/// with the Gram matrix G = Σ h hᵀ, h being the vectors of the other side.
struct DensePull: Sendable {
  private let part: DensePart
  private let shape: FactorShape
  /// Σ h, or a G by rows.
  private let numbers: [Float]

  /// Adds up one side.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - part: what the loss counts over all cells.
  ///   - sides: vectors of that side that no other rank adds.
  ///   - shape: their layout.
  ///   - communicator: the ranks.
  /// - Throws: `MPIError`.
  init(
    _ part: DensePart, of sides: [DenseStep.Side], _ shape: FactorShape,
    _ communicator: borrowing Communicator
  ) throws(MPIError) {
    self.part = part
    self.shape = shape
    var total = DenseStep.noSums(part, shape)
    var sums = total
    for side in sides {
      DenseStep.sum(side, part, shape, into: &sums)
      for index in total.indices { total[index] += sums[index] }
    }
    total = try communicator.allReduce(total, .sum)
    let weight = if case .squares(let weight) = part { Double(weight) } else { 1.0 }
    numbers = total.map { Float(weight * $0) }
  }

  /// Adds to the sum that pulls a vector down.
  func add(to down: UnsafeMutablePointer<Float>, for vector: UnsafePointer<Float>) {
    switch part {
    case .sum:
      for factor in 0..<shape.factors { down[factor] += numbers[factor] }
    case .squares:
      for row in 0..<shape.factors {
        for column in 0..<shape.stride {
          down[column].addProduct(numbers[row * shape.stride + column], vector[row])
        }
      }
    }
  }
}
