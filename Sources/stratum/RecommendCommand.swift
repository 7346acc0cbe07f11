import ArgumentParser
import Factorization
import Foundation

/// `stratum recommend`: the columns with the highest predictions for some rows.
struct RecommendCommand: SingleProcessCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend",
    abstract: "Name the columns with the highest predictions for some rows.",
    discussion: """
      As text, writes one line a recommendation, best first: row, column and prediction; as json, \
      one object a row. Columns are ordered by their predictions before clipping, equal ones by id. \
      A row that the model does not know is left out with a warning; where no row is left, that is \
      an error.
      """)

  @Argument(help: "The model directory.", completion: .directory)
  var model: String

  @Option(help: "The ids of the rows, separated by commas.")
  var rows: String?

  @Option(help: "A file with the ids of the rows, one a line.", completion: .file())
  var rowsFile: String?

  @Flag(help: "Recommend for every row of the model.")
  var allRows = false

  @Option(help: "The number of columns for each row.")
  var top = 10

  @Option(
    help: "A file of ratings or pairs that are left out, such as the training ratings; repeatable.",
    completion: .file())
  var exclude: [String] = []

  @OptionGroup(title: "Format of the pairs left out") var pairFormat: PairFormatOptions
  @OptionGroup var clipping: ClippingOptions
  @OptionGroup var output: PredictionOutputOptions

  func validate() throws {
    guard [rows != nil, rowsFile != nil, allRows].count(where: { $0 }) == 1 else {
      throw ValidationError("Give one of --rows, --rows-file and --all-rows.")
    }
    guard top > 0 else { throw ValidationError("--top must be at least 1.") }
  }

  func run() throws {
    let model = try Model(directory: model)
    let rows = try wantedRows(of: model)
    let seen = exclude.isEmpty ? nil : try seenPairs(ofRows: rows, model: model)
    var file = try output.open()
    let rowsAtOnce = 16 * Model.rowsAtOnce
    for start in stride(from: 0, to: rows.count, by: rowsAtOnce) {
      let group = Array(rows[start..<min(start + rowsAtOnce, rows.count)])
      let lists = model.recommendations(
        top, forRows: group, excluding: seen, isClipped: clipping.clip)
      for (row, list) in zip(group, lists) {
        try file.write(text(of: list, row: row, model: model))
      }
    }
    try file.commit()
  }

  private func wantedRows(of model: Model) throws(InputError) -> [Int] {
    if allRows { return Array(0..<model.description.rows) }
    let names = try rowNames()
    var indices: [Int] = []
    for name in names {
      if let index = model.rowIdentifiers.index(of: name) {
        indices.append(index)
      } else if names.count == 1 {
        throw InputError("the model has no row '\(name)'")
      } else {
        Stratum.say("the model has no row '\(name)'; it is left out")
      }
    }
    guard !indices.isEmpty else { throw InputError("the model has none of the rows") }
    return indices
  }

  private func rowNames() throws(InputError) -> [String] {
    let text: String
    if let rowsFile {
      guard let data = FileManager.default.contents(atPath: rowsFile) else {
        throw InputError("cannot be read", file: rowsFile)
      }
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]  // UTF-8's byte-order mark
      text = String(decoding: data.dropFirst(data.starts(with: mark) ? 3 : 0), as: UTF8.self)
    } else {
      text = rows ?? ""
    }
    let names = text.split { rowsFile == nil ? $0 == "," : $0 == "\n" || $0 == "\r\n" }
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    guard !names.isEmpty else {
      throw InputError("names no rows: give at least one id", file: rowsFile ?? "--rows")
    }
    return names
  }

  private func seenPairs(ofRows rows: [Int], model: Model) throws(InputError) -> PairSet {
    var isWanted = [Bool](repeating: false, count: model.description.rows)
    for row in rows { isWanted[row] = true }
    var seen: [(row: Int, column: Int)] = []
    for path in exclude {
      let pairs = try ModelRatings(path: path, format: pairFormat.format, model: model)
      var isAnyKnown = false
      for pair in pairs.entries {
        guard let row = pair.row, let column = pair.column else { continue }
        isAnyKnown = true
        if isWanted[row] { seen.append((row, column)) }
      }
      if !isAnyKnown {
        Stratum.say("\(path): the model knows none of these pairs, so none is left out")
      }
    }
    return PairSet(seen)
  }

  private func text(of list: [Recommendation], row: Int, model: Model) -> String {
    let row = IdentifierText(model.rowIdentifiers, at: row)
    let columns = list.map {
      (IdentifierText(model.columnIdentifiers, at: $0.column), $0.prediction)
    }
    switch output.format {
    case .text:
      return columns.map { "\(row.text)\t\($0.text)\t\($1)\n" }.joined()
    case .json:
      let objects = columns.map {
        "{\"column\":\($0.json),\"prediction\":\(JSONText.number($1))}"
      }
      return "{\"row\":\(row.json),\"recommendations\":[\(objects.joined(separator: ","))]}\n"
    }
  }
}
