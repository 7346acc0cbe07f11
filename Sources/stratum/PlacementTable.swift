import DistributedFactorization

/// What the user sees of a placement: a line for each host, or for many that are alike, and a sentence where
/// ranks are in each other's way.
struct PlacementTable {
  private let placement: Placement

  init(_ placement: Placement) { self.placement = placement }

  /// The table.
  var lines: [String] {
    var rows: [(columns: [String], hosts: [String])] = []
    for host in placement.hosts {
      let columns = [
        String(host.ranks.count), Self.threads(of: host.ranks), Self.cpus(of: host.ranks),
      ]
      if let row = rows.firstIndex(where: { $0.columns == columns }) {
        rows[row].hosts.append(host.name)
      } else {
        rows.append((columns, [host.name]))
      }
    }
    let names = rows.map { Self.names($0.hosts) }
    let width = names.map(\.count).max() ?? 0
    func line(_ name: String, _ columns: [String]) -> String {
      name.padding(toLength: max(width, 5), withPad: " ", startingAt: 0)
        + "  " + padded(columns[0], 5) + "  " + padded(columns[1], 7) + "  " + columns[2]
    }
    return [line("hosts", ["ranks", "threads", "CPUs"])]
      + zip(names, rows).map { line($0, $1.columns) }
  }

  /// What makes training slow, and what to do.
  var warning: String? {
    let crowds = placement.crowds
    guard let crowd = crowds.first else { return nil }
    let others = Set(crowds.map(\.host)).count - 1
    let place = crowd.host + (others > 0 ? " and " + counted(others, "more host") : "")
    let share = max(1, crowd.cpusOfHost / crowd.ranks)
    let advice =
      crowd.cpus < crowd.cpusOfHost
      ? "give each rank more CPUs, with 'mpirun --bind-to none' or 'srun --cpus-per-task=\(share)'"
      : "start fewer ranks, or give fewer --threads"
    return
      "on \(place) \(crowd.threads) threads of \(counted(crowd.ranks, "rank")) share"
      + " \(counted(crowd.cpus, "CPU")) and hold each other up: \(advice)"
  }

  /// The names of hosts, not more than fit on a line.
  private static func names(_ hosts: [String]) -> String {
    guard hosts.count > 4 else { return hosts.joined(separator: ", ") }
    return "\(hosts[0]), \(hosts[1]), … \(hosts[hosts.count - 1]) (\(hosts.count) hosts)"
  }

  private static func threads(of ranks: [Placement.Rank]) -> String {
    let counts = Set(ranks.map(\.threads)).sorted()
    return counts.map(String.init).joined(separator: ", ")
  }

  /// The CPUs of each rank.
  private static func cpus(of ranks: [Placement.Rank]) -> String {
    let lists = ranks.map { ProcessStatus.list(ofCPUs: $0.cpus) }
    if ranks.count > 1, Set(lists).count == 1 { return "\(lists[0]) for all" }
    let shown = lists.prefix(8).joined(separator: " | ")
    return lists.count > 8 ? shown + " | …" : shown
  }
}
