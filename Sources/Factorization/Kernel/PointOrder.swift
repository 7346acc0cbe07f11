/// The orders in which the ratings of a block can be trained.
///
/// Source: Gemulla et al. 2011, section 4.2, where a training point is a rating.
public enum PointOrder: String, Sendable, Codable, CaseIterable {
  /// Without replacement: tiles in random order; in each, from a random rating on and around, strips of
  /// neighbouring rows one after another, the ratings of each strip in random order. All is fresh in each
  /// epoch.
  case wor
  /// Sequentially: tiles by number, the ratings of each tile by row, column and value, the same in each
  /// epoch.
  case seq
  /// With replacement: tiles in random order, each once; from each tile as many ratings as it has are
  /// drawn independently, so that a rating is trained once on average.
  case wr

  /// Whether a visit to a block trains each rating exactly once.
  public var trainsEachRatingOnce: Bool { self != .wr }
}
