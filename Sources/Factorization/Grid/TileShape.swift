/// How a block is cut into tiles: pieces so small that their rows of W and H stay in a core's cache
/// while the tile is trained.
///
/// All blocks are cut alike. The shape follows from the sizes of the blocks, how dense they are, the bytes
/// of a factor vector and the byte budget, never from the machine it runs on, so that it is the same on
/// all ranks of a mixed cluster.
public struct TileShape: Sendable, Equatable {
  /// Rows of a tile, at most 65,536 so that 16 bits address them.
  public let rows: Int
  /// Columns of a tile, at most 65,536.
  public let columns: Int
  /// Rows of a strip: neighbouring rows of a tile, whose ratings an epoch trains together.
  public let stripRows: Int
  /// Tiles along the rows of a block.
  public let rowTiles: Int
  /// Tiles along the columns of a block.
  public let columnTiles: Int

  /// Tiles in a block.
  public var tilesPerBlock: Int { rowTiles * columnTiles }

  /// The first row and the first column of a tile, counted from the first of its block.
  func origin(ofTile tile: Int) -> (row: Int, column: Int) {
    (tile / columnTiles * rows, tile % columnTiles * columns)
  }

  /// The budget that leaves room in a 1 MiB cache for the tile's entries.
  public static let defaultBytes = 640 << 10

  /// What the vectors of a strip's rows may take: a third of the smallest cache, of 48 KiB.
  private static let stripBytes = 16 << 10
  /// With fewer rows too many ratings would wait for the step of the one before on the same row.
  private static let fewestStripRows = 16

  /// How many ratings a vector should serve while it is near.
  private static let ratingsAVector = 4.0
  /// How much more than the budget each side of a sparse tile may take: what the cache that cores share
  /// has for each.
  private static let sparseBudgets = 12

  /// Cuts blocks so that the factor vectors of one tile take about `bytes`, or more where ratings are so
  /// few that vectors would come from memory for hardly more than one each.
  ///
  /// - Parameters:
  ///   - largestRowBlock: rows in the largest row block.
  ///   - largestColumnBlock: columns in the largest column block.
  ///   - density: the share of the matrix's cells that have a rating.
  ///   - vectorBytes: bytes of one factor vector.
  ///   - bytes: the budget for the rows and columns of a tile together.
  public init(
    largestRowBlock: Int, largestColumnBlock: Int, density: Double, vectorBytes: Int,
    bytes: Int = defaultBytes
  ) {
    let vectors = max(2, bytes / vectorBytes)
    let smallerSide = min(largestRowBlock, largestColumnBlock)
    // A side that fits in half of the budget stays whole and leaves the rest to the other side.
    let short = max(1, min(smallerSide, vectors / 2))
    let long = max(1, vectors - short)
    let rowLimit = largestRowBlock <= largestColumnBlock ? short : long
    let columnLimit = largestRowBlock <= largestColumnBlock ? long : short
    let sparse = Int(min(Self.ratingsAVector / density, Double(Self.sparseBudgets * vectors)))
    (rows, rowTiles) = Self.evenly(largestRowBlock, limit: max(rowLimit, sparse))
    (columns, columnTiles) = Self.evenly(largestColumnBlock, limit: max(columnLimit, sparse))
    stripRows = max(Self.fewestStripRows, Self.stripBytes / vectorBytes)
  }

  /// The tiles of the transposed matrix.
  init(transposing shape: TileShape) {
    (rows, columns) = (shape.columns, shape.rows)
    (rowTiles, columnTiles) = (shape.columnTiles, shape.rowTiles)
    stripRows = shape.stripRows
  }

  private static func evenly(_ count: Int, limit: Int) -> (size: Int, tiles: Int) {
    let limit = min(limit, 1 << 16)
    let tiles = max(1, (count + limit - 1) / limit)
    return (max(1, (count + tiles - 1) / tiles), tiles)
  }
}
