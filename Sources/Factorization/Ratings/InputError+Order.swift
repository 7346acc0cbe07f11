extension InputError {
  /// Whether this error is the one to report of the two: the one on the earlier line, and one with a
  /// line before one that concerns a whole file.
  ///
  /// Every part of a reading reports the first bad line of its own; the first of these is the same
  /// for any number of parts.
  public func precedes(_ other: InputError) -> Bool {
    switch (line, other.line) {
    case (let line?, let otherLine?): line < otherLine
    case (.some, nil): true
    case (nil, _): false
    }
  }
}
