import Factorization

/// What a message takes between two nodes, by the alpha-beta model: α + bytes / β.
public struct Network: Sendable, Equatable {
  /// α: the seconds that any message takes.
  public var latencySeconds: Double
  /// β: the bytes a second that a node sends, and at the same time receives; may be infinite.
  public var bytesPerSecond: Double

  /// Creates a network.
  public init(latencySeconds: Double, bytesPerSecond: Double) {
    self.latencySeconds = latencySeconds
    self.bytesPerSecond = bytesPerSecond
  }

  /// A network on which nothing takes time.
  public static let ideal = Network(latencySeconds: 0, bytesPerSecond: .infinity)

  /// Networks by name: their nominal rate less some 6 % for headers, and a usual latency, that of TCP up to 10
  /// Gbit/s and that of a fabric above.
  public static let known: [(name: String, network: Network)] = [
    ("1gbit", Network(latencySeconds: 50e-6, bytesPerSecond: 117e6)),
    ("10gbit", Network(latencySeconds: 20e-6, bytesPerSecond: 1.17e9)),
    ("100gbit", Network(latencySeconds: 2e-6, bytesPerSecond: 11.7e9)),
  ]

  /// The network of a name.
  ///
  /// - Throws: `InputError` where there is none.
  public init(named name: String) throws(InputError) {
    guard let network = Self.known.first(where: { $0.name == name })?.network else {
      let names = Self.known.map(\.name).joined(separator: ", ")
      throw InputError(
        "there is no network “\(name)”: choose \(names), or give --latency and --bandwidth")
    }
    self = network
  }

  /// The seconds that a message takes.
  public func seconds(forBytes bytes: Double) -> Double { latencySeconds + bytes / bytesPerSecond }

  /// The seconds of an Allreduce of so many bytes: as many rounds as the number of ranks has bits, in each of which
  /// all bytes are exchanged.
  ///
  /// Source: Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in MPICH",
  /// 2005: recursive doubling.
  public func allReduceSeconds(forBytes bytes: Double, ranks: Int) -> Double {
    Double((ranks - 1).bitWidth - (ranks - 1).leadingZeroBitCount) * seconds(forBytes: bytes)
  }
}
