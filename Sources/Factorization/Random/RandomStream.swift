/// What random numbers are for: each purpose has a word of the counter to itself, so that the numbers
/// of two purposes never meet, whatever else the counters hold.
///
/// The raw values are part of what a seed means: a new purpose takes a new number, none is reused.
public enum RandomStream: UInt32, Sendable, CaseIterable {
  /// The initial values of the rows' factors.
  case initialRowFactors = 0
  /// The initial values of the columns' factors.
  case initialColumnFactors = 1
  /// The order of the entries of a tile or block within an epoch.
  case shuffle = 2
  /// The order of the strata of an epoch.
  case schedule = 3
  /// The permutation of the rows, and ties among them, when the grid is cut.
  case gridRows = 4
  /// The permutation of the columns, and ties among them, when the grid is cut.
  case gridColumns = 5
  /// Which ratings are held out for testing.
  case holdOut = 6
  /// Which ratings are held out for validation.
  case validation = 7
  /// Which ratings belong to the small sample on which the first step size is found.
  case sample = 8
  /// The rounding of numbers that travel with fewer bits.
  case wire = 9
  /// Which rank trains which ratings, where these are dealt out at random.
  case share = 10
  /// The factors of the rows of a synthetic matrix.
  case syntheticRows = 16
  /// The factors of the columns of a synthetic matrix.
  case syntheticColumns = 17
  /// The positions of the entries of a synthetic matrix.
  case syntheticPositions = 18
  /// The noise on the entries of a synthetic matrix.
  case syntheticNoise = 19
  /// The permutation of the rows of a synthetic matrix.
  case syntheticRowOrder = 20
  /// The permutation of the columns of a synthetic matrix.
  case syntheticColumnOrder = 21
}
