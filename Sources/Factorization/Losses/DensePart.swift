/// What a loss counts over *all* cells of the matrix, observed or not, p = w·h.
///
/// Both sums over m × n cells fall apart into sums over the vectors, and so do their gradients. They are
/// taken block by block of the grid, when the ratings of the block are trained: there all vectors are at
/// hand that they need, as they are now.
public enum DensePart: Sendable, Equatable {
  /// Σ p, which is (Σ w) · (Σ h).
  case sum
  /// a Σ p², which is a · trace(G_W G_H) with the k × k Gram matrices Σ w wᵀ and Σ h hᵀ.
  case squares(weight: Float)
}
