/// The identifiers of all rows or of all columns, in ascending order: the identifier at position `i`
/// belongs to dense index `i`.
///
/// Integers are ordered by value, strings by their UTF-8 bytes, so the order depends on nothing but
/// the set of identifiers.
public enum Identifiers: Sendable, Equatable {
  /// Identifiers that are all 64-bit integers.
  case integers([Int64])
  /// Identifiers of which at least one is not an integer.
  case strings([String])

  /// The number of identifiers.
  public var count: Int {
    switch self {
    case .integers(let values): values.count
    case .strings(let values): values.count
    }
  }

  /// The identifier at a dense index, as text.
  public func text(at index: Int) -> String {
    switch self {
    case .integers(let values): String(values[index])
    case .strings(let values): values[index]
    }
  }
}
