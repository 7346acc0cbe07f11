/// The files of a model directory, and where in them each row begins.
///
/// The layout follows from a few counts, so every rank of a parallel program can compute it and
/// write its own rows at ``byteOffset(of:row:)`` of one shared file; the rank that holds row 0 writes
/// the header before them. Row `i` of every array is the entity with dense index `i`.
///
/// | file | shape | type |
/// |---|---|---|
/// | `model.json` | | text, see ``ModelDescription`` |
/// | `W.npy` | rows × factors | float32 |
/// | `H.npy` | columns × factors | float32 |
/// | `row-biases.npy`, `column-biases.npy` | rows, columns | float32; only with biases |
/// | `row-ids.npy`, `column-ids.npy` | rows, columns | int64 or text, ascending |
public struct ModelFiles: Sendable, Equatable {
  /// The name of the file that describes the model.
  public static let descriptionName = "model.json"

  /// One array of a model.
  public enum Array: String, CaseIterable, Sendable {
    /// W, one vector a row.
    case rowFactors = "W.npy"
    /// H, one vector a column.
    case columnFactors = "H.npy"
    /// One bias a row.
    case rowBiases = "row-biases.npy"
    /// One bias a column.
    case columnBiases = "column-biases.npy"
    /// The rows' identifiers.
    case rowIdentifiers = "row-ids.npy"
    /// The columns' identifiers.
    case columnIdentifiers = "column-ids.npy"

    /// The name of the array's file in the model directory.
    public var fileName: String { rawValue }
  }

  private let rows: Int
  private let columns: Int
  private let factors: Int
  private let hasBiases: Bool
  private let rowIdentifierType: NPYElementType
  private let columnIdentifierType: NPYElementType

  /// The files of a model.
  ///
  /// - Parameters:
  ///   - rows: The number of rows of W.
  ///   - columns: The number of columns, the rows of H as it is stored.
  ///   - factors: The length of the vectors.
  ///   - hasBiases: Whether rows and columns have biases.
  ///   - rowIdentifierType: The type of all rows' identifiers, ``Identifiers/elementType``.
  ///   - columnIdentifierType: The type of all columns' identifiers.
  public init(
    rows: Int, columns: Int, factors: Int, hasBiases: Bool,
    rowIdentifierType: NPYElementType, columnIdentifierType: NPYElementType
  ) {
    self.rows = rows
    self.columns = columns
    self.factors = factors
    self.hasBiases = hasBiases
    self.rowIdentifierType = rowIdentifierType
    self.columnIdentifierType = columnIdentifierType
  }

  /// The arrays that the model has.
  public var arrays: [Array] {
    Array.allCases.filter { hasBiases || ($0 != .rowBiases && $0 != .columnBiases) }
  }

  /// The header of an array's file.
  public func header(of array: Array) -> NPYHeader {
    switch array {
    case .rowFactors: NPYHeader(elementType: .float32, shape: [rows, factors])
    case .columnFactors: NPYHeader(elementType: .float32, shape: [columns, factors])
    case .rowBiases: NPYHeader(elementType: .float32, shape: [rows])
    case .columnBiases: NPYHeader(elementType: .float32, shape: [columns])
    case .rowIdentifiers: NPYHeader(elementType: rowIdentifierType, shape: [rows])
    case .columnIdentifiers: NPYHeader(elementType: columnIdentifierType, shape: [columns])
    }
  }

  /// The byte of an array's file at which a row begins; for the number of rows, the file's size.
  public func byteOffset(of array: Array, row: Int) -> Int {
    header(of: array).byteOffset(ofRow: row)
  }
}
