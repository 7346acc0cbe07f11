/// How a file of ratings is laid out; whatever is left automatic is found from its first lines.
///
/// Matrix Market coordinate files (real, integer or pattern; general, symmetric or skew-symmetric)
/// are known by their first line, gzip by its magic bytes, whatever the file's name; the other
/// properties concern delimited text. There,
/// - blank lines are skipped, and so are lines *before the first line of data* that start with `#`
///   or `%`, unless the last of them is the header that is asked for; further down such a line is
///   data, because an identifier may start so;
/// - spaces around a field are dropped, double quotes around it too, and `""` within them is one quote;
/// - columns that are not chosen are ignored.
public struct RatingFormat: Sendable, Equatable {
  /// What stands between two columns of text, the most specific first.
  public enum Separator: Sendable, CaseIterable {
    /// One tab character.
    case tab
    /// Two colons, as in the MovieLens 1M and 10M files.
    case doubleColon
    /// One comma.
    case comma
    /// One semicolon.
    case semicolon
    /// Any number of spaces and tabs.
    case whitespace
  }

  /// Whether the first line of data is a header.
  public enum Header: Sendable {
    /// It is one if its identifiers are words and its value is no number; without a value column,
    /// if its identifiers are words and stand, or any other of its words stands, above numbers.
    case automatic
    /// It is one, or the comment before it is.
    case present
    /// It is data.
    case absent
  }

  /// A column of text.
  public enum Field: Sendable, Equatable, CustomStringConvertible {
    /// The column with this number, from 1.
    case number(Int)
    /// The column that the header calls so, with or without a `:type` as RecBole writes it.
    case name(String)

    /// Reads a field as a user gives it: digits are a number, anything else is a name.
    public init(_ text: String) {
      self = Int(text).map(Field.number) ?? .name(text)
    }

    /// The number or the name.
    public var description: String {
      switch self {
      case .number(let number): String(number)
      case .name(let name): name
      }
    }
  }

  /// The separator, or nil to find it.
  public var separator: Separator?
  /// Whether there is a header.
  public var header: Header
  /// The column of text with the row (user) identifiers.
  public var rowField: Field
  /// The column of text with the column (item) identifiers.
  public var columnField: Field
  /// The column of text with the values, or nil to read pairs of identifiers only.
  public var valueField: Field?

  /// Creates a format; the default reads (row, column, value) from the first three columns.
  public init(
    separator: Separator? = nil, header: Header = .automatic, rowField: Field = .number(1),
    columnField: Field = .number(2), valueField: Field? = .number(3)
  ) {
    self.separator = separator
    self.header = header
    self.rowField = rowField
    self.columnField = columnField
    self.valueField = valueField
  }
}
