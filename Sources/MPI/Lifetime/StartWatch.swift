import Dispatch
import Glibc

/// Tells the user what to look at where MPI does not start.
///
/// Open MPI tries every interface of a host. By one that leads to no other host, such as a bridge to the host's
/// own containers, it waits for ever, and says nothing that helps.
struct StartWatch {
  private let item: DispatchWorkItem

  /// How long nothing is said.
  static let seconds = 20

  /// Begins to wait for the start of MPI.
  init() {
    item = DispatchWorkItem { Runtime.report(Self.sentence(NetworkInterface.all)) }
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Self.seconds), execute: item)
  }

  /// Says nothing any more: MPI has started.
  func end() { item.cancel() }

  private static func sentence(_ interfaces: [NetworkInterface]) -> String {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    let name = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let addresses = interfaces.filter { !$0.isLoopback }.map { "\($0.name) \($0.address)" }
    return
      "MPI has not started after \(seconds) s, and may be waiting for an interface that leads to no "
      + "other host: name the network that joins the hosts, as in "
      + "OMPI_MCA_btl_tcp_if_include=10.0.0.0/24; \(name) has \(addresses.joined(separator: ", "))"
  }
}
