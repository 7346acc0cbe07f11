import Foundation
import MPI

/// Where the ranks of a run are, and what each may run on.
public struct Placement: Sendable {
  /// One rank's place.
  public struct Rank: Codable, Equatable, Sendable {
    /// The name of its host.
    public var host: String
    /// Its threads.
    public var threads: Int
    /// The CPUs that it may run on, in order.
    public var cpus: [Int]
    /// The CPUs that its host has, whether the rank may run on them or not.
    public var cpusOfHost: Int

    /// Creates a place.
    public init(host: String, threads: Int, cpus: [Int], cpusOfHost: Int) {
      self.host = host
      self.threads = threads
      self.cpus = cpus
      self.cpusOfHost = cpusOfHost
    }
  }

  /// The ranks of a host.
  public struct Host: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// Its ranks, in order.
    public let ranks: [Rank]
  }

  /// The hosts, in the order of their first ranks.
  public let hosts: [Host]

  /// Creates a placement from the places of all ranks, in order.
  public init(_ ranks: [Rank]) {
    var order: [String] = []
    var ranksOfHost: [String: [Rank]] = [:]
    for rank in ranks {
      if ranksOfHost[rank.host] == nil { order.append(rank.host) }
      ranksOfHost[rank.host, default: []].append(rank)
    }
    hosts = order.map { Host(name: $0, ranks: ranksOfHost[$0] ?? []) }
  }

  /// Asks all ranks for their places.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - threads: the threads of this rank.
  ///   - communicator: the ranks of the run.
  /// - Returns: the places on rank 0, and nothing on other ranks.
  /// - Throws: `MPIError`.
  public static func gather(
    threads: Int, _ communicator: borrowing Communicator
  ) throws -> Placement? {
    let own = Rank(
      host: try communicator.processorName, threads: threads, cpus: ProcessStatus.allowedCPUs,
      cpusOfHost: ProcessInfo.processInfo.processorCount)
    let text = Array(try JSONEncoder().encode(own))
    guard let (bytes, counts) = try communicator.gatherVarying(text, to: 0) else { return nil }
    var rest = bytes[...]
    return Placement(
      try counts.map { count in
        defer { rest = rest.dropFirst(count) }
        return try JSONDecoder().decode(Rank.self, from: Data(rest.prefix(count)))
      })
  }
}

extension Placement {
  /// Ranks of a host that have more threads together than there are CPUs for them.
  public struct Crowd: Equatable, Sendable {
    /// The name of the host.
    public let host: String
    /// How many ranks they are.
    public let ranks: Int
    /// Their threads together.
    public let threads: Int
    /// The CPUs on which at least one of them may run.
    public let cpus: Int
    /// The CPUs that the host has.
    public let cpusOfHost: Int
  }

  /// The ranks that are in each other's way.
  public var crowds: [Crowd] {
    hosts.flatMap { host in
      Self.neighbourhoods(of: host.ranks).compactMap { ranks in
        let cpus = Set(ranks.flatMap(\.cpus)).count
        let threads = ranks.map(\.threads).reduce(0, +)
        guard threads > cpus else { return nil }
        return Crowd(
          host: host.name, ranks: ranks.count, threads: threads, cpus: cpus,
          cpusOfHost: ranks[0].cpusOfHost)
      }
    }
  }

  /// The ranks of a host, parted so that no CPU is of two parts.
  private static func neighbourhoods(of ranks: [Rank]) -> [[Rank]] {
    var parts: [(cpus: Set<Int>, ranks: [Rank])] = []
    for rank in ranks {
      var joined = (cpus: Set(rank.cpus), ranks: [rank])
      parts.removeAll { part in
        guard !part.cpus.isDisjoint(with: joined.cpus) else { return false }
        joined.cpus.formUnion(part.cpus)
        joined.ranks += part.ranks
        return true
      }
      parts.append(joined)
    }
    return parts.map(\.ranks)
  }
}
