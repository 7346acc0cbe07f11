/// A factorization V ≈ W·H with optional biases, and the identifiers of its rows and columns.
///
/// Both factor arrays are row-major: the vector of row `i` stands at `i · factors`, likewise that of
/// column `j`. A dense index is the position in the ascending identifiers.
public struct Model: Sendable, Equatable {
  /// What the model is and how it came about.
  public let description: ModelDescription
  /// W, rows × factors.
  public let rowFactors: [Float]
  /// H, columns × factors: one vector a column of the rating matrix.
  public let columnFactors: [Float]
  /// One bias a row, or nil where the model has no biases.
  public let rowBiases: [Float]?
  /// One bias a column, or nil where the model has no biases.
  public let columnBiases: [Float]?
  /// The rows' identifiers.
  public let rowIdentifiers: Identifiers
  /// The columns' identifiers.
  public let columnIdentifiers: Identifiers
  /// How what factors and biases add up to stands for the value that is expected.
  let link: Link
  /// Whether absent cells were zeros to the loss that the model was trained with.
  public let countsAllCells: Bool

  /// A model of parts that fit each other; sizes that contradict the description are a programmer's
  /// error.
  public init(
    description: ModelDescription, rowFactors: [Float], columnFactors: [Float],
    rowBiases: [Float]? = nil, columnBiases: [Float]? = nil, rowIdentifiers: Identifiers,
    columnIdentifiers: Identifiers
  ) {
    let (rows, columns) = (description.rows, description.columns)
    precondition(description.factors > 0, "no factors")
    precondition(rowFactors.count == rows * description.factors, "W is not rows × factors")
    precondition(columnFactors.count == columns * description.factors, "H is not columns × factors")
    precondition(rowIdentifiers.count == rows && columnIdentifiers.count == columns)
    precondition(rowBiases?.count == (description.hasBiases ? rows : nil))
    precondition(columnBiases?.count == (description.hasBiases ? columns : nil))
    self.description = description
    self.rowFactors = rowFactors
    self.columnFactors = columnFactors
    self.rowBiases = rowBiases
    self.columnBiases = columnBiases
    self.rowIdentifiers = rowIdentifiers
    self.columnIdentifiers = columnIdentifiers
    // A loss that this version does not know is taken for one whose predictions are values.
    let loss = LossKind(rawValue: description.training.loss)?.loss() ?? SquaredLoss()
    link = loss.link
    countsAllCells = loss.densePart != nil
  }

  /// The length of the factor vectors.
  public var factors: Int { description.factors }

  /// The layout of the model's files.
  public var files: ModelFiles {
    ModelFiles(
      rows: description.rows, columns: description.columns, factors: description.factors,
      hasBiases: description.hasBiases, rowIdentifierType: rowIdentifiers.elementType,
      columnIdentifierType: columnIdentifiers.elementType)
  }
}
