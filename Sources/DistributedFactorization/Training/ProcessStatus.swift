import Foundation

/// What Linux tells of this process in `/proc/self/status`.
public enum ProcessStatus {
  /// Bytes of memory that have been resident at the peak.
  public static var peakMemoryBytes: Int {
    // The line reads "VmHWM:      1234 kB".
    value(of: "VmHWM").flatMap { Int($0.split(separator: " ")[0]) }.map { $0 << 10 } ?? 0
  }

  /// The CPUs that this process may run on, as Linux writes the list: `0-3,8`.
  static var allowedCPUs: String { value(of: "Cpus_allowed_list") ?? "0" }

  /// The number of CPUs in a list such as `0-3,8`.
  package static func count(ofCPUs list: String) -> Int {
    list.split(separator: ",").reduce(0) { count, range in
      let bounds = range.split(separator: "-").compactMap { Int($0) }
      return count + (bounds.last ?? 0) - (bounds.first ?? 0) + 1
    }
  }

  private static func value(of key: String) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
    return line.map { $0.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces) }
  }
}
