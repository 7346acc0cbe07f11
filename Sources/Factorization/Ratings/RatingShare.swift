/// The ratings that one part of a reading found, by local ordinals.
///
/// If any part needs strings for a side, its identifiers must be read again as strings by all parts,
/// and the ratings of this reading are void. Otherwise, if any part has an oversized identifier, the
/// earliest of these errors is the reading's.
public struct RatingShare: Sendable {
  /// The distinct row identifiers in order of first appearance.
  public var rowIdentifiers: LocalIdentifiers
  /// The distinct column identifiers in order of first appearance.
  public var columnIdentifiers: LocalIdentifiers
  /// The ratings in the order of their lines; rows and columns are positions in the identifiers.
  ///
  /// Where the file has no values they are 1.
  public var ratings: [Rating]
  /// The number of lines of data, which for a symmetric matrix is not that of the ratings.
  public var entryCount: Int
  /// Whether a row identifier was no integer although integers were to be read.
  public var needsRowStrings: Bool
  /// Whether a column identifier was no integer although integers were to be read.
  public var needsColumnStrings: Bool
  /// The first row identifier that is an integer of more than 64 bits: an error unless all row
  /// identifiers turn out to be strings.
  public var oversizedRow: InputError?
  /// The first column identifier that is an integer of more than 64 bits.
  public var oversizedColumn: InputError?

  /// The earlier of the two oversized identifiers: the error of a part whose reading stands.
  public var oversizedIdentifier: InputError? {
    guard let oversizedRow, let oversizedColumn else { return oversizedRow ?? oversizedColumn }
    return oversizedColumn.precedes(oversizedRow) ? oversizedColumn : oversizedRow
  }

  /// Creates a share.
  public init(
    rowIdentifiers: LocalIdentifiers, columnIdentifiers: LocalIdentifiers, ratings: [Rating],
    entryCount: Int, needsRowStrings: Bool = false, needsColumnStrings: Bool = false,
    oversizedRow: InputError? = nil, oversizedColumn: InputError? = nil
  ) {
    self.rowIdentifiers = rowIdentifiers
    self.columnIdentifiers = columnIdentifiers
    self.ratings = ratings
    self.entryCount = entryCount
    self.needsRowStrings = needsRowStrings
    self.needsColumnStrings = needsColumnStrings
    self.oversizedRow = oversizedRow
    self.oversizedColumn = oversizedColumn
  }
}
