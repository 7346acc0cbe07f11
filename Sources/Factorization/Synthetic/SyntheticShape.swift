/// The numbers that belong to part `part` of `parts` if `0..<count` is cut evenly.
func range(ofPart part: Int, of parts: Int, count: Int) -> Range<Int> {
  precondition(parts > 0 && (0..<parts).contains(part), "there is no such part")
  func start(_ part: Int) -> Int { count / parts * part + count % parts * part / parts }
  return start(part)..<start(part + 1)
}

/// Checks that a matrix can have these numbers of rows, columns, ratings and factors.
func checkSyntheticShape(
  rows: Int, columns: Int, ratings: Int, factors: Int
) throws(InputError) {
  let indices = 1...Int(UInt32.max - 1)
  guard indices.contains(rows), indices.contains(columns) else {
    throw InputError(
      "a synthetic matrix has from 1 to \(UInt32.max - 1) rows and columns, not \(rows) and"
        + " \(columns)")
  }
  let cells = UInt64(rows) * UInt64(columns)
  guard ratings >= 1, UInt64(ratings) <= cells else {
    throw InputError(
      "a synthetic matrix of \(rows) rows and \(columns) columns has from 1 to \(cells) ratings, not"
        + " \(ratings)")
  }
  // What each generator holds of a row or column, and the columns' factors.
  guard MachineMemory.holds(rows + columns, ofBytes: 100),
    MachineMemory.holds(columns, ofBytes: 4 * factors)
  else {
    throw InputError(
      "a synthetic matrix of \(rows) rows and \(columns) columns does not fit into this machine's"
        + " memory: give fewer")
  }
}
