/// The ratings that one part of a reading found, by local ordinals.
///
/// If any part needs strings for a side, its identifiers must be read again as strings by all parts:
/// the ratings and the error of this reading are void. Otherwise, of the errors of all parts, the one
/// that `precedes` all others is the reading's.
public struct RatingShare: Sendable {
  /// The distinct row identifiers in order of first appearance.
  public var rowIdentifiers: LocalIdentifiers
  /// The distinct column identifiers in order of first appearance.
  public var columnIdentifiers: LocalIdentifiers
  /// The ratings in the order of their lines; rows and columns are positions in the identifiers.
  ///
  /// Where the file has no values they are 1.
  public var ratings: RatingList
  /// The number of lines of data, which for a symmetric matrix is not that of the ratings.
  public var entryCount: Int
  /// Whether a row identifier was no integer although integers were to be read.
  public var needsRowStrings: Bool
  /// Whether a column identifier was no integer although integers were to be read.
  public var needsColumnStrings: Bool
  /// What is wrong with the first bad line of the part, or with the file.
  public var error: InputError?

  /// Creates a share.
  public init(
    rowIdentifiers: LocalIdentifiers, columnIdentifiers: LocalIdentifiers, ratings: RatingList,
    entryCount: Int, needsRowStrings: Bool = false, needsColumnStrings: Bool = false,
    error: InputError? = nil
  ) {
    self.rowIdentifiers = rowIdentifiers
    self.columnIdentifiers = columnIdentifiers
    self.ratings = ratings
    self.entryCount = entryCount
    self.needsRowStrings = needsRowStrings
    self.needsColumnStrings = needsColumnStrings
    self.error = error
  }
}
