import Glibc

extension Identifiers {
  /// The distinct identifiers of a reading in ascending order.
  public init(_ local: LocalIdentifiers) {
    switch local {
    case .integers(let values): self = .integers(ascendingAndDistinct(values, precedes: <))
    case .strings(let values): self = .strings(ascendingAndDistinct(values))
    }
  }

  /// How the identifiers were read.
  public var kind: IdentifierKind {
    switch self {
    case .integers: .integers
    case .strings: .strings
    }
  }

  /// The dense index of an integer identifier, or nil if it is none of these; in O(log count).
  public func index(of identifier: Int64) -> Int? {
    switch self {
    case .integers(let values): search(values, for: identifier, precedes: <)
    case .strings(let values):
      search(values, for: String(identifier), precedes: precedesByBytes)
    }
  }

  /// The dense index of an identifier given as text, or nil if it is none of these; in O(log count).
  public func index(of identifier: String) -> Int? {
    switch self {
    case .integers(let values):
      Int64(identifier).flatMap { search(values, for: $0, precedes: <) }
    case .strings(let values): search(values, for: identifier, precedes: precedesByBytes)
    }
  }

  /// The dense index of each local ordinal, nil where an identifier is unknown.
  public func indices(of local: LocalIdentifiers) -> [UInt32?] {
    switch local {
    case .integers(let values): values.map { index(of: $0).map(UInt32.init) }
    case .strings(let values): values.map { index(of: $0).map(UInt32.init) }
    }
  }
}

/// Whether one string's UTF-8 bytes come before the other's.
///
/// The standard library's `<` compares canonical forms instead, in which different bytes may be equal.
private func precedesByBytes(_ left: String, _ right: String) -> Bool {
  var left = left
  var right = right
  return left.withUTF8 { leftBytes in
    right.withUTF8 { rightBytes in
      guard let leftStart = leftBytes.baseAddress, let rightStart = rightBytes.baseAddress else {
        return leftBytes.count < rightBytes.count
      }
      // Both hold as many bytes as the shorter one.
      let order = memcmp(leftStart, rightStart, min(leftBytes.count, rightBytes.count))
      return order < 0 || (order == 0 && leftBytes.count < rightBytes.count)
    }
  }
}

/// Texts in ascending order of their bytes, each once.
package func ascendingAndDistinct(_ texts: [String]) -> [String] {
  ascendingAndDistinct(texts, precedes: precedesByBytes)
}

private func ascendingAndDistinct<Value>(
  _ values: [Value], precedes: (Value, Value) -> Bool
) -> [Value] {
  var values = values
  values.sort(by: precedes)
  var kept = 0
  for index in values.indices where index == 0 || precedes(values[kept - 1], values[index]) {
    values.swapAt(kept, index)
    kept += 1
  }
  values.removeLast(values.count - kept)
  return values
}

private func search<Value>(
  _ values: [Value], for wanted: Value, precedes: (Value, Value) -> Bool
) -> Int? {
  var lower = 0
  var upper = values.count
  while lower < upper {
    let middle = (lower + upper) / 2
    if precedes(values[middle], wanted) { lower = middle + 1 } else { upper = middle }
  }
  return lower < values.count && !precedes(wanted, values[lower]) ? lower : nil
}
