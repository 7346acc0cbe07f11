import Foundation

/// What Linux tells of this process in `/proc/self/status`.
public enum ProcessStatus {
  /// Bytes of memory that have been resident at the peak.
  public static var peakMemoryBytes: Int {
    // The line reads "VmHWM:      1234 kB".
    value(of: "VmHWM").flatMap { Int($0.split(separator: " ")[0]) }.map { $0 << 10 } ?? 0
  }

  /// The CPUs that this process may run on.
  public static var allowedCPUs: [Int] { cpus(in: value(of: "Cpus_allowed_list") ?? "0") }

  /// The CPUs of a list as Linux writes it: `0-3,8`.
  package static func cpus(in list: String) -> [Int] {
    list.split(separator: ",").flatMap { range in
      let bounds = range.split(separator: "-").compactMap { Int($0) }
      return Array((bounds.first ?? 0)...(bounds.last ?? 0))
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
