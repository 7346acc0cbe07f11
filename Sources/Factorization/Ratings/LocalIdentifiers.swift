/// Whether the identifiers of one side (rows or columns) are read as integers or as text.
public enum IdentifierKind: Sendable, Equatable {
  /// As 64-bit integers: `7`, `007` and `+7` are one identifier.
  case integers
  /// As text, byte for byte.
  case strings
}

/// The distinct identifiers of one side that one part of the data holds, unsorted; the position of
/// an identifier is its local ordinal.
public enum LocalIdentifiers: Sendable, Equatable {
  /// Identifiers that are 64-bit integers.
  case integers([Int64])
  /// Identifiers as text.
  case strings([String])

  /// The number of identifiers.
  public var count: Int {
    switch self {
    case .integers(let values): values.count
    case .strings(let values): values.count
    }
  }

  /// How the identifiers were read.
  public var kind: IdentifierKind {
    switch self {
    case .integers: .integers
    case .strings: .strings
    }
  }
}
