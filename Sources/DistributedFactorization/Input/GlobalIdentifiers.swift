import Factorization
import MPI

extension Identifiers {
  /// The identifiers of all ranks in ascending order.
  ///
  /// Collective.
  ///
  /// Each identifier is first sent to one rank, chosen by its hash, which drops repetitions; so no
  /// rank holds more than about twice the result at any time.
  ///
  /// - Parameters:
  ///   - own: the distinct identifiers of this rank's ratings; all ranks' of the same kind.
  ///   - communicator: the ranks that hold ratings.
  /// - Returns: the distinct identifiers of all ranks.
  /// - Throws: `MPIError`.
  package static func union(
    of own: LocalIdentifiers, _ communicator: borrowing Communicator
  ) throws(MPIError) -> Identifiers {
    switch own {
    case .integers(let values): try .integers(union(values, communicator))
    case .strings(let values): try .strings(union(values, communicator))
    }
  }

  private static func union(
    _ own: [Int64], _ communicator: borrowing Communicator
  ) throws(MPIError) -> [Int64] {
    let (ordered, counts) = byRank(own, communicator.size) { value in
      // Any fixed mixing does; low bits of identifiers are often regular.
      UInt64(bitPattern: value) &* 0x9E37_79B9_7F4A_7C15 >> 32
    }
    let received = try communicator.allToAllVarying(ordered, counts: counts).values
    let distinct = Array(Set(received))
    return try communicator.allGatherVarying(distinct).values.sorted()
  }

  private static func union(
    _ own: [String], _ communicator: borrowing Communicator
  ) throws(MPIError) -> [String] {
    let (ordered, counts) = byRank(own, communicator.size) { text in
      text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } >> 32
    }
    var start = 0
    let texts = counts.map { count in
      defer { start += count }
      return joined(ordered[start..<start + count])
    }
    let received = try communicator.allToAllVarying(
      texts.flatMap { $0 }, counts: texts.map(\.count)
    ).values
    // Not a set of strings: the standard library takes different bytes of one canonical form for equal.
    guard case .strings(let distinct) = Identifiers(merging: [.strings(split(received))]) else {
      preconditionFailure("strings make strings")
    }
    let all = try communicator.allGatherVarying(joined(distinct)).values
    return split(all).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Elements ordered by the rank that their hash chooses, and how many go to each rank.
  private static func byRank<Element>(
    _ elements: [Element], _ ranks: Int, hash: (Element) -> UInt64
  ) -> (ordered: [Element], counts: [Int]) {
    var groups = [[Element]](repeating: [], count: ranks)
    for element in elements { groups[Int(hash(element) % UInt64(ranks))].append(element) }
    return (groups.flatMap { $0 }, groups.map(\.count))
  }

  /// Texts as bytes; identifiers come from lines, so a newline can end each.
  private static func joined(_ texts: some Sequence<String>) -> [UInt8] {
    var bytes: [UInt8] = []
    for text in texts {
      bytes += text.utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func split(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}
