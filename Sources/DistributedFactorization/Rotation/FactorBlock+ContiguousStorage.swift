import Factorization
import MPI

/// A block of factors travels as one message: its vectors and its biases in one piece of memory.
extension FactorBlock: ContiguousStorage {
  /// The floats in use.
  public var unsafeMutableStorage: UnsafeMutableBufferPointer<Float> { floats }
}
