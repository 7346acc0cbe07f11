/// What factors may be.
public enum Constraint: String, Sendable, Codable, CaseIterable {
  /// Any number.
  case none
  /// Not negative: a step that leads below 0 ends at 0.
  case projected
  /// Not negative: a step that leads below 0 ends at its absolute value.
  case reflected
}
