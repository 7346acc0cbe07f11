import ArgumentParser
import Factorization

/// `stratum predict`: the model's values for pairs of a row and a column.
struct PredictCommand: SingleProcessCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the values of pairs of a row and a column.",
    usage: """
      stratum predict <model> <file> [<options>]
      stratum predict <model> --row <id> --column <id> [<options>]
      """,
    discussion: """
      Writes one line a pair, in the order of the file: row, column and prediction. A row or column \
      that the model does not know is predicted by the mean and the bias that is known (without a \
      global mean, by the mean alone).
      """)

  @Argument(help: "The model directory.", completion: .directory)
  var model: String

  @Argument(
    help: "A file of pairs; further columns are ignored, so a file of ratings will do.",
    completion: .file())
  var file: String?

  @Option(help: "The id of one row, in place of a file.")
  var row: String?

  @Option(help: "The id of one column, in place of a file.")
  var column: String?

  @OptionGroup(title: "Format of the pairs") var pairFormat: PairFormatOptions
  @OptionGroup var clipping: ClippingOptions
  @OptionGroup var output: PredictionOutputOptions

  func validate() throws {
    guard (row == nil) == (column == nil) else {
      throw ValidationError("Give both --row and --column.")
    }
    guard (file == nil) != (row == nil) else {
      throw ValidationError("Give either a file of pairs, or --row and --column.")
    }
  }

  func run() throws {
    let model = try Model(directory: model)
    if let row, let column {
      try predictPair(row: row, column: column, model: model)
    } else if let file {
      try predictPairs(of: file, model: model)
    }
  }

  private func predictPair(row: String, column: String, model: Model) throws {
    let rowIndex = model.rowIdentifiers.index(of: row)
    let columnIndex = model.columnIdentifiers.index(of: column)
    var file = try output.open()
    try file.write(
      line(
        row: rowIndex.map { IdentifierText(model.rowIdentifiers, at: $0) } ?? .string(row),
        column: columnIndex.map { IdentifierText(model.columnIdentifiers, at: $0) }
          ?? .string(column),
        prediction: model.prediction(
          row: rowIndex, column: columnIndex, isClipped: clipping.clip)))
    try file.commit()
    sayUnknown(rowIndex == nil || columnIndex == nil ? 1 : 0, of: 1)
  }

  private func predictPairs(of path: String, model: Model) throws {
    let pairs = try ModelRatings(path: path, format: pairFormat.format, model: model)
    var file = try output.open()
    var count = 0
    var unknown = 0
    // The lines of which the model knows neither side.
    var strange: [Int] = []
    for pair in pairs.entries {
      count += 1
      if pair.row == nil || pair.column == nil { unknown += 1 }
      if pair.row == nil, pair.column == nil, strange.count < 2 { strange.append(count) }
      try file.write(
        line(
          row: IdentifierText(pairs.rowIdentifiers, at: pair.fileRow),
          column: IdentifierText(pairs.columnIdentifiers, at: pair.fileColumn),
          prediction: model.prediction(
            row: pair.row, column: pair.column, isClipped: clipping.clip)))
    }
    try file.commit()
    sayUnknown(unknown, of: count)
    if strange == [1], count > 1, pairFormat.header == nil {
      Stratum.say(
        "the first pair is the only one of which the model knows neither side: if that line is a "
          + "header, give --header")
    }
  }

  private func line(row: IdentifierText, column: IdentifierText, prediction: Float) -> String {
    switch output.format {
    case .text: "\(row.text)\t\(column.text)\t\(prediction)\n"
    case .json:
      "{\"row\":\(row.json),\"column\":\(column.json),"
        + "\"prediction\":\(JSONText.number(prediction))}\n"
    }
  }

  private func sayUnknown(_ unknown: Int, of count: Int) {
    guard unknown > 0 else { return }
    Stratum.say(
      "the model does not know the row or the column of \(unknown) of \(count) pairs; they are "
        + "predicted by what is known")
  }
}
