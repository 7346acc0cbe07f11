/// The distinct identifiers of one side in order of first appearance, and their ordinals.
protocol IdentifierTable: ~Copyable {
  /// Creates an empty table.
  init()

  /// The ordinal of an identifier, which is added if it is new.
  mutating func ordinal(of token: Token) -> IdentifierOrdinal

  /// The ordinal of the identifier from `position` up to the next `delimiter`, which `position` is
  /// moved behind; nil if the field is not plain, so that it has to be taken as a token first.
  mutating func ordinal(
    at position: inout Int, of line: Token, upTo delimiter: PlainDelimiter
  ) -> UInt32?

  /// The identifiers by ordinal.
  consuming func identifiers() -> LocalIdentifiers
}

/// What a table makes of a token.
enum IdentifierOrdinal {
  case ordinal(UInt32)
  case notAnInteger
  case unusable(IdentifierFault)
}

/// Why an identifier cannot be used.
enum IdentifierFault {
  case beyond64Bits
  case invalidUTF8
  /// NumPy's text ends at zeros.
  case holdsZero
  /// All texts of a side are stored as wide as the longest.
  case tooLong
  case oneTooMany

  /// The bytes that an identifier may have.
  static let longestBytes = 1024
}
