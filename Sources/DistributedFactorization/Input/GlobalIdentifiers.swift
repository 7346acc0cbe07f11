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
    case .integers(let values): try Identifiers(.integers(union(values, communicator)))
    case .strings(let values): try Identifiers(.strings(union(values, communicator)))
    }
  }

  private static func union(
    _ own: [Int64], _ communicator: borrowing Communicator
  ) throws(MPIError) -> [Int64] {
    let (ordered, counts) = byRank(own, communicator.size)
    let received = try communicator.allToAllVarying(ordered, counts: counts).values
    return try communicator.allGatherVarying(Array(Set(received))).values
  }

  private static func union(
    _ own: [String], _ communicator: borrowing Communicator
  ) throws(MPIError) -> [String] {
    let (ordered, counts) = byRank(own, communicator.size)
    var start = 0
    let texts = counts.map { count in
      defer { start += count }
      return joined(ordered[start..<start + count])
    }
    let received = try communicator.allToAllVarying(
      texts.flatMap { $0 }, counts: texts.map(\.count)
    ).values
    // Not a set of strings: the standard library takes different bytes of one canonical form for equal.
    let distinct = ascendingAndDistinct(split(received))
    return split(try communicator.allGatherVarying(joined(distinct)).values)
  }

  /// Integers ordered by the rank that collects them, and how many go to each rank.
  package static func byRank(
    _ values: [Int64], _ ranks: Int
  ) -> (ordered: [Int64], counts: [Int]) {
    byRank(values, ranks) { UInt64(bitPattern: $0) }
  }

  /// Texts ordered by the rank that collects them, and how many go to each rank.
  package static func byRank(
    _ texts: [String], _ ranks: Int
  ) -> (ordered: [String], counts: [Int]) {
    byRank(texts, ranks) { text in
      text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
  }

  private static func byRank<Element>(
    _ elements: [Element], _ ranks: Int, hash: (Element) -> UInt64
  ) -> (ordered: [Element], counts: [Int]) {
    var groups = [[Element]](repeating: [], count: ranks)
    for element in elements {
      // Mixed once more: identifiers are regular in their low bits, and so may their hashes be.
      var mixed = SplitMix64(seed: hash(element))
      groups[mixed.next(below: ranks)].append(element)
    }
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
