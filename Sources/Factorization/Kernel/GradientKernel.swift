/// The gradient of the costs of whole blocks, for methods that descend along the gradient of all ratings at
/// once.
///
/// `Loss.gradientKernel` makes it, so that the loop over ratings is compiled for one loss.
public struct GradientKernel: Sendable {
  private let blocks: RatingBlocks
  private let mean: Float
  private let addTile: @Sendable (UnsafeBufferPointer<TileEntry>, Place, Float) -> ErrorSums

  /// The vectors of a tile's rows and columns, and the parts of the gradient that belong to them.
  struct Place {
    var rows: FactorView
    var columns: FactorView
    var rowGradient: FactorView
    var columnGradient: FactorView
  }

  /// Creates the kernel of a loss.
  ///
  /// - Parameters:
  ///   - blocks: the ratings.
  ///   - loss: the cost of an error.
  ///   - mean: the constant in every prediction.
  init<L: Loss>(_ blocks: RatingBlocks, loss: L, mean: Float) {
    self.blocks = blocks
    self.mean = mean
    addTile = { addGradient($0, $1, mean: $2, loss: loss) }
  }

  /// Adds the gradient of the costs of a block's ratings, penalties left out.
  ///
  /// - Parameters:
  ///   - rowBlock: the row block.
  ///   - columnBlock: the column block.
  ///   - rows: the vectors of the row block.
  ///   - columns: the vectors of the column block.
  ///   - rowGradient: the part of the gradient that belongs to `rows`, in the same layout.
  ///   - columnGradient: the part that belongs to `columns`.
  /// - Returns: costs and squared errors.
  public func add(
    rowBlock: Int, columnBlock: Int, rows: FactorView, columns: FactorView,
    rowGradient: FactorView, columnGradient: FactorView
  ) -> ErrorSums {
    let tiles = blocks.grid.tiles
    var sums = ErrorSums()
    for tile in 0..<tiles.tilesPerBlock {
      let (row, column) = tiles.origin(ofTile: tile)
      let place = Place(
        rows: rows.advanced(by: row), columns: columns.advanced(by: column),
        rowGradient: rowGradient.advanced(by: row),
        columnGradient: columnGradient.advanced(by: column))
      sums += addTile(
        blocks.tile(tile, rowBlock: rowBlock, columnBlock: columnBlock), place, mean)
    }
    return sums
  }
}

/// Adds the gradient of the costs of a tile's entries.
///
/// Unsafe addresses: the entries' rows and columns were placed within the tile when the blocks were built.
private func addGradient<L: Loss>(
  _ entries: UnsafeBufferPointer<TileEntry>, _ place: GradientKernel.Place, mean: Float,
  loss: L
) -> ErrorSums {
  let lanes = place.rows.stride / Lane.scalarCount
  var sums = ErrorSums()
  for entry in entries {
    let (row, column) = (Int(entry.row), Int(entry.column))
    let w = place.rows.lanes(row)
    let h = place.columns.lanes(column)
    var products = Lane.zero
    for lane in 0..<lanes { products.addProduct(w[lane], h[lane]) }
    let biases = (place.rows.biases?[row] ?? 0) + (place.columns.biases?[column] ?? 0)
    let prediction = sum(products) + (mean + biases)
    sums.add(loss, prediction: prediction, value: entry.value)

    let descent = loss.descent(prediction: prediction, value: entry.value)
    let rowGradient = place.rowGradient.lanes(row)
    let columnGradient = place.columnGradient.lanes(column)
    for lane in 0..<lanes {
      rowGradient[lane].addProduct(-descent, h[lane])
      columnGradient[lane].addProduct(-descent, w[lane])
    }
    place.rowGradient.biases?[row] -= descent
    place.columnGradient.biases?[column] -= descent
  }
  return sums
}

extension FactorView {
  /// The registers of a vector.
  ///
  /// Unsafe: `FactorBlock` starts on a cache line, and a vector's length is a multiple of a register's.
  @inline(__always)
  fileprivate func lanes(_ index: Int) -> UnsafeMutablePointer<Lane> {
    UnsafeMutableRawPointer(vectors + index * stride).assumingMemoryBound(to: Lane.self)
  }
}
