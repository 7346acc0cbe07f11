import Foundation

extension Model {
  /// Reads a model directory.
  ///
  /// - Parameter directory: The directory's path.
  /// - Throws: `InputError` where there is no model, it is of a newer format, or one of its files
  ///   cannot be read or disagrees with `model.json`.
  public init(directory: String) throws(InputError) {
    let description = try ModelDescription(directory: directory)
    let rowIdentifiers = try Identifiers(
      npy: "\(directory)/\(ModelFiles.Array.rowIdentifiers.fileName)")
    let columnIdentifiers = try Identifiers(
      npy: "\(directory)/\(ModelFiles.Array.columnIdentifiers.fileName)")
    let files = ModelFiles(
      rows: description.rows, columns: description.columns, factors: description.factors,
      hasBiases: description.hasBiases, rowIdentifierType: rowIdentifiers.elementType,
      columnIdentifierType: columnIdentifiers.elementType)
    try Self.check(rowIdentifiers.count, of: .rowIdentifiers, against: files, in: directory)
    try Self.check(columnIdentifiers.count, of: .columnIdentifiers, against: files, in: directory)

    func floats(_ array: ModelFiles.Array) throws(InputError) -> [Float] {
      try Self.read(array, as: files.header(of: array).shape, in: directory)
    }
    self.init(
      description: description,
      rowFactors: try floats(.rowFactors),
      columnFactors: try floats(.columnFactors),
      rowBiases: description.hasBiases ? try floats(.rowBiases) : nil,
      columnBiases: description.hasBiases ? try floats(.columnBiases) : nil,
      rowIdentifiers: rowIdentifiers,
      columnIdentifiers: columnIdentifiers)
  }

  /// Writes the model as a directory, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - directory: The directory's path; its parent must exist.
  ///   - replacesModel: Whether a model that stands there is replaced.
  /// - Throws: `InputError` where the directory exists and is not to be replaced, or cannot be
  ///   written.
  public func write(to directory: String, replacesModel: Bool = false) throws(InputError) {
    let pending = try PendingDirectory(for: directory, of: .model, replaces: replacesModel)
    let files = files
    for array in files.arrays {
      var file = try OutputFile(path: "\(pending.path)/\(array.fileName)")
      let header = files.header(of: array)
      try file.write(header.bytes)
      switch array {
      case .rowFactors: try file.write(rowFactors)
      case .columnFactors: try file.write(columnFactors)
      case .rowBiases: try file.write(rowBiases ?? [])
      case .columnBiases: try file.write(columnBiases ?? [])
      case .rowIdentifiers: try file.write(rowIdentifiers, as: header.elementType)
      case .columnIdentifiers: try file.write(columnIdentifiers, as: header.elementType)
      }
      try file.commit()
    }
    var file = try OutputFile(path: "\(pending.path)/\(ModelFiles.descriptionName)")
    try file.write(description.json())
    try file.commit()
    try pending.commit()
  }

  private static func read(
    _ array: ModelFiles.Array, as shape: [Int], in directory: String
  ) throws(InputError) -> [Float] {
    let file = try NPYFile(path: "\(directory)/\(array.fileName)")
    guard file.header.shape == shape else {
      throw disagreement(file.header.shape, expected: shape, file: file.path)
    }
    return try file.readFloats()
  }

  private static func check(
    _ count: Int, of array: ModelFiles.Array, against files: ModelFiles, in directory: String
  ) throws(InputError) {
    let shape = files.header(of: array).shape
    guard [count] == shape else {
      throw disagreement([count], expected: shape, file: "\(directory)/\(array.fileName)")
    }
  }

  private static func disagreement(
    _ shape: [Int], expected: [Int], file: String
  ) -> InputError {
    func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }
    return InputError(
      "has shape \(text(shape)), but \(ModelFiles.descriptionName) tells of \(text(expected)): "
        + "the files are not of one model",
      file: file)
  }
}

extension ModelDescription {
  /// Reads the description in a model directory.
  ///
  /// - Throws: `InputError` where there is no model directory or its description cannot be used.
  public init(directory: String) throws(InputError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory) else {
      throw InputError("there is no such model directory", file: directory)
    }
    let path = "\(directory)/\(ModelFiles.descriptionName)"
    guard isDirectory.boolValue, FileManager.default.fileExists(atPath: path) else {
      throw InputError(
        "is not a model: it has no \(ModelFiles.descriptionName)", file: directory)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError("cannot be read", file: path)
    }
    try self.init(json: Array(data), file: path)
  }
}

extension OutputFile {
  fileprivate mutating func write<Element: BitwiseCopyable>(
    _ elements: [Element]
  ) throws(InputError) {
    var failure: InputError?
    elements.withUnsafeBytes { bytes in
      do throws(InputError) { try write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Writes identifiers some thousands at a time, so that text takes little memory in between.
  fileprivate mutating func write(
    _ identifiers: Identifiers, as elementType: NPYElementType
  ) throws(InputError) {
    let identifiersAtOnce = max(1, (1 << 20) / elementType.bytes)
    for start in stride(from: 0, to: identifiers.count, by: identifiersAtOnce) {
      let end = min(start + identifiersAtOnce, identifiers.count)
      try write(identifiers.npyBytes(in: start..<end, as: elementType))
    }
  }
}
