import Glibc

/// Identifiers of any bytes in an open-addressing hash table; the bytes lie one behind another.
struct StringTable: IdentifierTable, ~Copyable {
  private struct Slot {
    var hash: UInt32
    var ordinal: UInt32
  }

  /// An ordinal that no identifier has marks an empty slot.
  private static let empty = UInt32.max

  private var bytes: [UInt8] = []
  /// Where each identifier's bytes end.
  private var ends: [Int] = []
  private var slots: UnsafeMutablePointer<Slot>
  private var capacityBits: Int

  init() {
    capacityBits = 10
    slots = Self.emptySlots(1 << 10)
  }

  deinit { slots.deallocate() }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
    slots.initialize(repeating: Slot(hash: 0, ordinal: empty), count: count)
    return slots
  }

  mutating func ordinal(of token: Token) -> IdentifierOrdinal {
    let hash = Self.hash(token)
    // In bounds: the index is masked to the capacity, and the table is never full.
    var index = firstIndex(hash)
    while slots[index].ordinal != Self.empty {
      if slots[index].hash == hash, isIdentifier(slots[index].ordinal, token) {
        return .ordinal(slots[index].ordinal)
      }
      index = (index + 1) & ((1 << capacityBits) - 1)
    }
    return insert(token, hash: hash, at: index)
  }

  @inline(__always)
  mutating func ordinal(
    at position: inout Int, of line: Token, upTo delimiter: PlainDelimiter
  ) -> UInt32? { nil }

  private func range(of ordinal: Int) -> Range<Int> {
    (ordinal == 0 ? 0 : ends[ordinal - 1])..<ends[ordinal]
  }

  @inline(__always)
  private func isIdentifier(_ ordinal: UInt32, _ token: Token) -> Bool {
    let range = range(of: Int(ordinal))
    guard range.count == token.count, let start = token.baseAddress else { return false }
    // Both hold `token.count` bytes.
    return bytes.withUnsafeBufferPointer { all in
      all.baseAddress.map { memcmp($0 + range.lowerBound, start, token.count) == 0 } ?? false
    }
  }

  /// Mixes eight bytes at a time by the two halves of a 128-bit product.
  @inline(__always)
  private static func hash(_ token: Token) -> UInt32 {
    let raw = UnsafeRawBufferPointer(token)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(raw.count)
    var index = 0
    while index < raw.count {
      var word: UInt64 = 0
      if raw.count - index >= 8 {
        word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      } else {
        for byte in raw[index...] { word = word &<< 8 | UInt64(byte) }
      }
      let product = (state ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
      state = product.high ^ product.low
      index += 8
    }
    return UInt32(truncatingIfNeeded: state ^ state &>> 32)
  }

  @inline(__always)
  private func firstIndex(_ hash: UInt32) -> Int {
    let spread = UInt64(hash) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: spread &>> UInt64(64 - capacityBits))
  }

  @inline(never)
  private mutating func insert(
    _ token: Token, hash: UInt32, at index: Int
  ) -> IdentifierOrdinal {
    guard ends.count < Int(Self.empty) else { return .unusable(.oneTooMany) }
    guard token.count <= IdentifierFault.longestBytes else { return .unusable(.tooLong) }
    guard !token.contains(0) else { return .unusable(.holdsZero) }
    guard String(validating: token, as: UTF8.self) != nil else { return .unusable(.invalidUTF8) }
    let ordinal = UInt32(ends.count)
    slots[index] = Slot(hash: hash, ordinal: ordinal)
    bytes.append(contentsOf: token)
    ends.append(bytes.count)
    if ends.count * 3 > 2 << capacityBits { grow() }
    return .ordinal(ordinal)
  }

  private mutating func grow() {
    let old = slots
    let oldCount = 1 << capacityBits
    capacityBits += 1
    slots = Self.emptySlots(1 << capacityBits)
    for slot in UnsafeBufferPointer(start: old, count: oldCount) where slot.ordinal != Self.empty {
      var index = firstIndex(slot.hash)
      while slots[index].ordinal != Self.empty { index = (index + 1) & ((1 << capacityBits) - 1) }
      slots[index] = slot
    }
    old.deallocate()
  }

  consuming func identifiers() -> LocalIdentifiers {
    .strings(ends.indices.map { String(decoding: bytes[range(of: $0)], as: UTF8.self) })
  }
}
