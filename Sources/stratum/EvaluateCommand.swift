import ArgumentParser
import Factorization
import Foundation

/// `stratum evaluate`: how well a model predicts the ratings of a file.
struct EvaluateCommand: SingleProcessCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well a model predicts the ratings of a file.",
    discussion: """
      A rating whose row or column the model does not know is predicted by the mean and the bias \
      that is known (without a global mean, by the mean alone). RMSE and MAE are given over all \
      ratings, and over those of which row and column are known. Where there are none of these the \
      exit code is 1.
      """)

  @Argument(help: "The model directory.", completion: .directory)
  var model: String

  @Argument(help: "The file of ratings.", completion: .file())
  var file: String

  @OptionGroup(title: "Format of the ratings") var ratingFormat: RatingFormatOptions
  @OptionGroup var clipping: ClippingOptions

  @Option(help: "The form of the output: text or json.")
  var format = OutputFormat.text

  func run() throws {
    let model = try Model(directory: model)
    let ratings = try ModelRatings(path: file, format: ratingFormat.format, model: model)
    var evaluation = Evaluation()
    for entry in ratings.entries {
      evaluation.add(
        value: entry.value, row: entry.row, column: entry.column, model: model,
        isClipped: clipping.clip)
    }
    if let refusal = evaluation.refusal(byLossOf: model) {
      throw InputError("\(refusal): give ratings with such values", file: file)
    }
    let report = EvaluationReport(
      evaluation, model: model,
      isClipped: clipping.clip ?? model.description.clip)
    var output = OutputFile()
    try output.write(format == .json ? report.json() : report.text)
    try output.commit()
    guard evaluation.known.count > 0 else {
      throw InputError(
        "the model knows row and column of no rating here, so its factors were not tested: check that "
          + "the file is of the same data, and its layout", file: file)
    }
  }
}

/// An evaluation as it is shown.
private struct EvaluationReport {
  private let ratings: Int
  private let ratingsOfUnknownRows: Int
  private let ratingsOfUnknownColumns: Int
  private let knownRatings: Int
  private let rmse: Double?
  private let mae: Double?
  private let knownRMSE: Double?
  private let knownMAE: Double?
  private let unknownPredictedBy: String
  private let clip: Bool
  private let minimum: Double
  private let maximum: Double

  init(_ evaluation: Evaluation, model: Model, isClipped: Bool) {
    let description = model.description
    ratings = evaluation.all.count
    ratingsOfUnknownRows = evaluation.ratingsOfUnknownRows
    ratingsOfUnknownColumns = evaluation.ratingsOfUnknownColumns
    knownRatings = evaluation.known.count
    rmse = evaluation.all.rmse
    mae = evaluation.all.mae
    knownRMSE = evaluation.known.rmse
    knownMAE = evaluation.known.mae
    unknownPredictedBy =
      description.hasBiases && description.globalMean != nil
      ? "the mean and the known bias"
      : model.countsAllCells
        ? "the mean of all cells, absent ones being zeros" : "the mean of the training ratings"
    clip = isClipped
    minimum = Double(model.clippingRange.lowerBound)
    maximum = Double(model.clippingRange.upperBound)
  }

  var text: String {
    func line(_ name: String, _ value: String) -> String {
      let width = 28
      return name.padding(toLength: width, withPad: " ", startingAt: 0) + value + "\n"
    }
    func error(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? "-" }
    return line("ratings", "\(ratings)")
      + line("  of unknown rows", "\(ratingsOfUnknownRows)")
      + line("  of unknown columns", "\(ratingsOfUnknownColumns)")
      + line("  of known pairs", "\(knownRatings)")
      + line("RMSE over all", error(rmse))
      + line("RMSE over known pairs", error(knownRMSE))
      + line("MAE over all", error(mae))
      + line("MAE over known pairs", error(knownMAE))
      + line("unknown predicted by", unknownPredictedBy)
      + line("predictions clipped", clip ? "to \(minimum)...\(maximum)" : "no")
  }

  func json() throws -> String {
    func error(_ value: Double?) -> JSONValue {
      value.flatMap { $0.isFinite ? JSONValue($0) : nil } ?? .null
    }
    let object: [String: JSONValue] = [
      "ratings": JSONValue(ratings), "ratingsOfUnknownRows": JSONValue(ratingsOfUnknownRows),
      "ratingsOfUnknownColumns": JSONValue(ratingsOfUnknownColumns),
      "knownRatings": JSONValue(knownRatings), "rmse": error(rmse), "mae": error(mae),
      "knownRMSE": error(knownRMSE), "knownMAE": error(knownMAE),
      "unknownPredictedBy": JSONValue(unknownPredictedBy), "clip": JSONValue(clip),
      "minimum": JSONValue(minimum), "maximum": JSONValue(maximum),
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(object), as: UTF8.self) + "\n"
  }
}
