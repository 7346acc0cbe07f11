import Glibc

/// An IPv4 address that a host has, and the interface that it belongs to.
struct NetworkInterface {
  /// The name of the interface, such as `eth0`.
  var name: String
  /// The address and the length of its network's part, such as `10.0.0.1/24`.
  var address: String

  /// Whether it leads to the host itself.
  var isLoopback: Bool { address.hasPrefix("127.") }

  /// The addresses of the interfaces of this host that are up.
  static var all: [NetworkInterface] {
    // Unsafe because the system hands out a linked list of its own, which ends with nil.
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return [] }
    defer { freeifaddrs(first) }
    var interfaces: [NetworkInterface] = []
    var next = first
    while let entry = next?.pointee {
      next = entry.ifa_next
      guard entry.ifa_flags & UInt32(IFF_UP) != 0, let address = bits(entry.ifa_addr) else {
        continue
      }
      let bytes = (0..<4).map { String(address >> (24 - 8 * $0) & 0xFF) }.joined(separator: ".")
      let length = bits(entry.ifa_netmask)?.nonzeroBitCount ?? 32
      interfaces.append(
        NetworkInterface(name: String(cString: entry.ifa_name), address: "\(bytes)/\(length)"))
    }
    return interfaces
  }

  /// The 32 bits of an IPv4 address.
  private static func bits(_ address: UnsafeMutablePointer<sockaddr>?) -> UInt32? {
    guard let address, address.pointee.sa_family == sa_family_t(AF_INET) else { return nil }
    // Unsafe because the family says which of several structs is there.
    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
    }
  }
}
