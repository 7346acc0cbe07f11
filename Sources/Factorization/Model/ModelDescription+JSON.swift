import Foundation

extension ModelDescription {
  /// The text of `model.json`: keys in order, one a line, numbers that read back as the same.
  ///
  /// - Throws: `InputError` where a number is infinite or not a number, which JSON cannot hold.
  public func json() throws(InputError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
    } catch {
      throw InputError(
        "the model cannot be described: one of its numbers is infinite or not a number",
        file: ModelFiles.descriptionName)
    }
  }

  /// Reads a `model.json`.
  ///
  /// - Parameters:
  ///   - json: The file's bytes.
  ///   - file: The file's path, for messages.
  /// - Throws: `InputError` where the text is no description of a model, of a newer format, or
  ///   contradicts itself.
  public init(json: [UInt8], file: String) throws(InputError) {
    let data = Data(json)
    let decoder = JSONDecoder()
    do {
      // The format comes first: a newer one may have anything else in it.
      let format = try decoder.decode(FormatVersion.self, from: data).formatVersion
      guard format <= Self.currentFormatVersion else {
        throw InputError(
          "is of model format \(format), but this version of Stratum reads formats up to "
            + "\(Self.currentFormatVersion): use a newer version",
          file: file)
      }
      self = try decoder.decode(Self.self, from: data)
    } catch let error as InputError {
      throw error
    } catch {
      throw InputError("does not describe a model: \(Self.reason(for: error))", file: file)
    }
    guard rows >= 0, columns >= 0, factors > 0, ratings.minimum <= ratings.maximum else {
      throw InputError("does not describe a model: its counts or range are impossible", file: file)
    }
  }

  private struct FormatVersion: Codable {
    var formatVersion: Int
  }

  private static func reason(for error: any Error) -> String {
    func name(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the whole" : "'\(path.map(\.stringValue).joined(separator: "."))'"
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "\(name(context.codingPath + [key])) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "\(name(context.codingPath)) has a value of the wrong type"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "\(name(context.codingPath)) has an impossible value"
    default:
      return "it is not JSON"
    }
  }
}
