import Glibc

/// Integer identifiers: those of a few million and below by an array, all others in an
/// open-addressing hash table.
///
/// Most data sets number their users and items from 1, and the array has one cache miss where the
/// hash table has one too, but in four times as much memory.
struct IntegerTable: IdentifierTable, ~Copyable {
  private struct Slot {
    var identifier: Int64
    var ordinal: UInt32
  }

  /// Identifiers from 0 up to here are looked up in the array.
  private static let directCount = 1 << 22
  /// An ordinal that no identifier has marks an empty slot.
  private static let empty = UInt32.max

  private var values: [Int64] = []
  /// Ordinals plus 1, and 0 where there is none.
  ///
  /// Pages that are never touched take no memory.
  private var direct: UnsafeMutablePointer<UInt32>
  private var slots: UnsafeMutablePointer<Slot>
  private var capacityBits = 10
  private var slotsInUse = 0

  init() {
    guard let zeros = calloc(Self.directCount, MemoryLayout<UInt32>.stride) else {
      fatalError("no memory for a table of identifiers")
    }
    direct = zeros.assumingMemoryBound(to: UInt32.self)
    slots = Self.emptySlots(1 << capacityBits)
  }

  deinit {
    free(direct)
    slots.deallocate()
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
    slots.initialize(repeating: Slot(identifier: 0, ordinal: empty), count: count)
    return slots
  }

  @inline(__always)
  mutating func ordinal(of token: Token) -> IdentifierOrdinal {
    switch parseInteger(token) {
    case .value(let identifier): ordinal(of: identifier)
    case .beyond64Bits: .unusable(.beyond64Bits)
    case .notAnInteger: .notAnInteger
    }
  }

  /// Plain is a field of 1 to 18 digits.
  @inline(__always)
  mutating func ordinal(
    at position: inout Int, of line: Token, upTo delimiter: PlainDelimiter
  ) -> UInt32? {
    // In bounds: every index is compared with `count` before it is used.
    guard let bytes = line.baseAddress else { return nil }
    let start = position
    var identifier: Int64 = 0
    var index = start
    while index < line.count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      if digit >= 10 { break }
      identifier = identifier &* 10 &+ Int64(digit)
      index += 1
    }
    guard index > start, index - start <= 18, delimiter.stands(at: index, of: line),
      case .ordinal(let ordinal) = ordinal(of: identifier)
    else { return nil }
    position = index + delimiter.count
    return ordinal
  }

  @inline(__always)
  private mutating func ordinal(of identifier: Int64) -> IdentifierOrdinal {
    if UInt64(bitPattern: identifier) < UInt64(Self.directCount) {
      let known = direct[Int(identifier)]
      return known > 0 ? .ordinal(known - 1) : insertDirectly(identifier)
    }
    // In bounds: the index is masked to the capacity, and the table is never full.
    var index = firstIndex(identifier)
    while slots[index].ordinal != Self.empty {
      if slots[index].identifier == identifier { return .ordinal(slots[index].ordinal) }
      index = (index + 1) & ((1 << capacityBits) - 1)
    }
    return insert(identifier, at: index)
  }

  /// Fibonacci hashing: the upper bits of a product with 2⁶⁴ over the golden ratio.
  @inline(__always)
  private func firstIndex(_ identifier: Int64) -> Int {
    let hash = UInt64(bitPattern: identifier) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash &>> UInt64(64 - capacityBits))
  }

  @inline(never)
  private mutating func insertDirectly(_ identifier: Int64) -> IdentifierOrdinal {
    guard values.count < Int(Self.empty) - 1 else { return .unusable(.oneTooMany) }
    let ordinal = UInt32(values.count)
    direct[Int(identifier)] = ordinal + 1
    values.append(identifier)
    return .ordinal(ordinal)
  }

  @inline(never)
  private mutating func insert(_ identifier: Int64, at index: Int) -> IdentifierOrdinal {
    guard values.count < Int(Self.empty) - 1 else { return .unusable(.oneTooMany) }
    let ordinal = UInt32(values.count)
    slots[index] = Slot(identifier: identifier, ordinal: ordinal)
    values.append(identifier)
    slotsInUse += 1
    if slotsInUse * 3 > 2 << capacityBits { grow() }
    return .ordinal(ordinal)
  }

  private mutating func grow() {
    let old = slots
    let oldCount = 1 << capacityBits
    capacityBits += 1
    slots = Self.emptySlots(1 << capacityBits)
    for slot in UnsafeBufferPointer(start: old, count: oldCount) where slot.ordinal != Self.empty {
      var index = firstIndex(slot.identifier)
      while slots[index].ordinal != Self.empty { index = (index + 1) & ((1 << capacityBits) - 1) }
      slots[index] = slot
    }
    old.deallocate()
  }

  consuming func identifiers() -> LocalIdentifiers { .integers(values) }
}
