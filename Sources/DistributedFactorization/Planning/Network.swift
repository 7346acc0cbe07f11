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

  /// Reads a nominal rate as a user writes it, such as `10gbit` or `500mbit`, in any case.
  ///
  /// Some 6 % of it go into headers. The latency is a usual one: 50 µs below 10 Gbit/s, 20 µs below 100 Gbit/s, both of TCP,
  /// and 2 µs from there on, that of a fabric.
  ///
  /// - Throws: `InputError` where the text cannot be understood.
  public init(_ text: String) throws(InputError) {
    let lowercased = text.lowercased()
    let unit = [("mbit", 1e-3), ("gbit", 1)].first { lowercased.hasSuffix($0.0) }
    guard let (suffix, gigabits) = unit,
      let number = Double(lowercased.dropLast(suffix.count)), number > 0, number.isFinite
    else {
      throw InputError(
        "there is no network “\(text)”: give its rate, such as 10gbit or 500mbit, "
          + "or --latency and --bandwidth")
    }
    let rate = number * gigabits
    self.init(
      latencySeconds: rate < 10 ? 50e-6 : rate < 100 ? 20e-6 : 2e-6, bytesPerSecond: rate * 117e6)
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
