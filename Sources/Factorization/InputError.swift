/// Something that the user gave cannot be used: one sentence that names the file, the line where
/// there is one, and what to do.
public struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file that is at fault, where there is one.
  public var file: String?
  /// The line in that file, from 1, where there is one.
  public var line: Int?
  /// What is wrong and what to do about it.
  public var message: String

  /// Creates an error.
  public init(_ message: String, file: String? = nil, line: Int? = nil) {
    self.message = message
    self.file = file
    self.line = line
  }

  /// The sentence that the user reads: `ratings.tsv:17: …`.
  public var description: String {
    switch (file, line) {
    case (let file?, let line?): "\(file):\(line): \(message)"
    case (let file?, nil): "\(file): \(message)"
    default: message
    }
  }
}
