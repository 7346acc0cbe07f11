import Factorization

/// A part of the model that is an outer product: of a vector over this rank's rows and one over all
/// columns, by position, each in one piece of memory.
final class RankOneTerm: @unchecked Sendable {
  // Sendable: during a pass each worker writes the rows of its own row blocks only.

  /// Which part of the model it is.
  enum Part {
    /// The biases of the rows, beside a vector of ones.
    case rowBiases
    /// A vector of ones, beside the biases of the columns.
    case columnBiases
    /// One of the k factors of all rows and columns.
    case factor(Int)
  }

  /// u, one number for each of this rank's rows.
  let rows: UnsafeMutableBufferPointer<Float>
  /// v, one number for each column.
  let columns: UnsafeMutableBufferPointer<Float>

  /// A term of zeros.
  init(rowCount: Int, columnCount: Int) {
    rows = .allocate(capacity: rowCount)
    rows.initialize(repeating: 0)
    columns = .allocate(capacity: columnCount)
    columns.initialize(repeating: 0)
  }

  deinit {
    rows.deallocate()
    columns.deallocate()
  }

  /// Copies a part of the model to here.
  func load(_ part: Part, rows rowView: FactorView, columns columnView: FactorView) {
    for row in rows.indices { rows[row] = rowView.number(row, of: part)?.pointee ?? 1 }
    for column in columns.indices {
      columns[column] = columnView.number(column, ofColumnPart: part)?.pointee ?? 1
    }
  }

  /// Copies the term to its part of the model.
  func store(_ part: Part, rows rowView: FactorView, columns columnView: FactorView) {
    for row in rows.indices { rowView.number(row, of: part)?.pointee = rows[row] }
    for column in columns.indices {
      columnView.number(column, ofColumnPart: part)?.pointee = columns[column]
    }
  }
}

extension FactorView {
  /// The number that a row has in a part of the model; nil where it is a constant 1.
  @inline(__always)
  fileprivate func number(_ row: Int, of part: RankOneTerm.Part) -> UnsafeMutablePointer<Float>? {
    switch part {
    case .rowBiases: biases.map { $0 + row }
    case .columnBiases: nil
    case .factor(let factor): vectors + row * stride + factor
    }
  }

  /// The number that a column has in a part of the model; nil where it is a constant 1.
  @inline(__always)
  fileprivate func number(
    _ column: Int, ofColumnPart part: RankOneTerm.Part
  ) -> UnsafeMutablePointer<Float>? {
    switch part {
    case .rowBiases: nil
    case .columnBiases: biases.map { $0 + column }
    case .factor(let factor): vectors + column * stride + factor
    }
  }
}
