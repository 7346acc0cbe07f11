import ArgumentParser
import Factorization

/// How a file of ratings is laid out: the options that all commands share.
struct RatingFormatOptions: ParsableArguments {
  @OptionGroup var pairs: PairFormatOptions

  @Option(help: "The column of the text with the values, by number from 1 or by name.")
  var valueColumn = "3"

  /// The format for the reader.
  var format: RatingFormat {
    var format = pairs.format
    format.valueField = RatingFormat.Field(valueColumn)
    return format
  }

  /// The options as `model.json` keeps them.
  var values: [String: JSONValue] {
    pairs.values.merging(["value-column": JSONValue(valueColumn)]) { _, last in last }
  }
}

/// How a file of (row, column) pairs is laid out; further columns are ignored.
struct PairFormatOptions: ParsableArguments {
  @Option(
    help:
      "What stands between two columns of the text: tab, comma, ::, semicolon or space (default: found)."
  )
  var delimiter: Delimiter?

  @Flag(
    inversion: .prefixedNo,
    help: "Whether the first line of the text is a header (default: found).")
  var header: Bool?

  @Option(help: "The column of the text with the row (user) ids, by number from 1 or by name.")
  var rowColumn = "1"

  @Option(help: "The column of the text with the column (item) ids, by number from 1 or by name.")
  var columnColumn = "2"

  /// The format for the reader, without values.
  var format: RatingFormat {
    RatingFormat(
      separator: delimiter?.separator,
      header: header.map { $0 ? .present : .absent } ?? .automatic,
      rowField: RatingFormat.Field(rowColumn), columnField: RatingFormat.Field(columnColumn),
      valueField: nil)
  }

  /// The options as `model.json` keeps them.
  var values: [String: JSONValue] {
    [
      "delimiter": delimiter.map { JSONValue($0.rawValue) } ?? .null,
      "header": header.map { JSONValue($0) } ?? .null,
      "row-column": JSONValue(rowColumn),
      "column-column": JSONValue(columnColumn),
    ]
  }
}

/// A delimiter by its name on the command line.
enum Delimiter: String, CaseIterable, ExpressibleByArgument {
  case tab
  case comma
  case doubleColon = "::"
  case semicolon
  case space

  /// Accepts the characters themselves too.
  init?(argument: String) {
    switch argument {
    case "\t", "\\t": self = .tab
    case ",": self = .comma
    case ";": self = .semicolon
    case " ": self = .space
    default: self.init(rawValue: argument)
    }
  }

  var separator: RatingFormat.Separator {
    switch self {
    case .tab: .tab
    case .comma: .comma
    case .doubleColon: .doubleColon
    case .semicolon: .semicolon
    case .space: .whitespace
    }
  }
}
