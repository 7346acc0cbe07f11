import ArgumentParser
import Factorization

/// The form of a command's output.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case json
}

/// The options of commands that write predictions.
struct PredictionOutputOptions: ParsableArguments {
  @Option(help: "The form of the output: tab-separated text, or json with one object a line.")
  var format = OutputFormat.text

  @Option(
    help: "The file to write, which appears when it is whole (default: standard output).",
    completion: .file())
  var output: String?

  /// Opens the file, or standard output.
  func open() throws(InputError) -> OutputFile {
    if let output { try OutputFile(path: output) } else { OutputFile() }
  }
}

/// Whether predictions are clipped.
struct ClippingOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "Hold predictions within the range of the training ratings (default: as the model says).")
  var clip: Bool?
}

/// Pieces of JSON, for output of many lines.
enum JSONText {
  /// A number; `null` where it is infinite or not a number, which JSON does not know.
  static func number(_ value: Float) -> String {
    value.isFinite ? value.description : "null"
  }

  /// A string with its quotes.
  static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// An identifier as output shows it.
enum IdentifierText {
  case integer(Int64)
  case string(String)

  init(_ identifiers: Identifiers, at index: Int) {
    switch identifiers {
    case .integers(let values): self = .integer(values[index])
    case .strings(let values): self = .string(values[index])
    }
  }

  init(_ identifiers: LocalIdentifiers, at index: Int) {
    switch identifiers {
    case .integers(let values): self = .integer(values[index])
    case .strings(let values): self = .string(values[index])
    }
  }

  var text: String {
    switch self {
    case .integer(let value): String(value)
    case .string(let value): value
    }
  }

  var json: String {
    switch self {
    case .integer(let value): String(value)
    case .string(let value): JSONText.string(value)
    }
  }
}
