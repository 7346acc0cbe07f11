import Factorization

/// The size of a rating matrix, and how unequal its columns are, for planning.
public struct DataShape: Sendable, Equatable {
  /// The number of rows.
  public var rows: Int
  /// The number of columns.
  public var columns: Int
  /// The number of ratings.
  public var ratings: Int
  /// Whether activity and popularity are as unequal as with films, or all alike.
  public var isSkewed: Bool

  /// Creates a shape.
  ///
  /// - Throws: `InputError` where there is no such matrix.
  public init(rows: Int, columns: Int, ratings: Int, isSkewed: Bool = true) throws(InputError) {
    let sides = 1...Int(UInt32.max - 1)
    guard sides.contains(rows), sides.contains(columns) else {
      throw InputError(
        "a matrix has from 1 to \(UInt32.max - 1) rows and columns, not \(rows) and \(columns)")
    }
    guard ratings >= 1, Double(ratings) <= Double(rows) * Double(columns) else {
      throw InputError(
        "a matrix of \(rows) rows and \(columns) columns does not have \(ratings) ratings")
    }
    self.rows = rows
    self.columns = columns
    self.ratings = ratings
    self.isSkewed = isSkewed
  }

  /// Shapes by name: the data sets of the literature, and the largest synthetic matrix of the DSGD paper, whose
  /// entries are spread evenly.
  public static let known: [(name: String, text: String)] = [
    ("netflix", "480189x17770x100480507"),
    ("yahoo", "1000990x624961x252800275"),
    ("hugewiki", "50082603x39780x2736496604"),
    ("paper", "10000000x1000000x1000000000"),
  ]

  /// Reads a shape as a user writes it: rows × columns × ratings, such as `480189x17770x100480507`, or a name.
  ///
  /// - Throws: `InputError` where the text cannot be understood or there is no such matrix.
  public init(_ text: String) throws(InputError) {
    let known = Self.known.first { $0.name == text }
    let numbers = (known?.text ?? text).split(
      whereSeparator: { $0 == "x" || $0 == "×" }
    ).map { Double($0).flatMap { Int(exactly: $0) } }
    guard numbers.count == 3, let rows = numbers[0], let columns = numbers[1],
      let ratings = numbers[2]
    else {
      let names = Self.known.map(\.name).joined(separator: ", ")
      throw InputError(
        "“\(text)” should read ROWSxCOLUMNSxRATINGS, such as 480189x17770x100480507, or be one of "
          + names)
    }
    try self.init(rows: rows, columns: columns, ratings: ratings, isSkewed: text != "paper")
  }

  /// About how many ratings the column has that has most.
  ///
  /// Its updates follow one another, whatever the number of cores.
  public var heaviestColumn: Double {
    let share = isSkewed ? ActivityCurve.largestShareOfItems(columns) : 1 / Double(columns)
    return min(Double(rows), Double(ratings) * share)
  }
}
