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

  /// The CPUs that another process may run on; none where the system does not say.
  static func allowedCPUs(ofProcess id: Int) -> [Int] {
    cpus(in: value(of: "Cpus_allowed_list", ofProcess: "\(id)") ?? "")
  }

  /// The CPUs of a list as Linux writes it: `0-3,8`.
  package static func cpus(in list: String) -> [Int] {
    list.split(separator: ",").flatMap { range in
      let bounds = range.split(separator: "-").compactMap { Int($0) }
      return Array((bounds.first ?? 0)...(bounds.last ?? 0))
    }
  }

  /// CPUs, in order, as Linux writes them: `0-3,8`.
  public static func list(ofCPUs cpus: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for cpu in cpus {
      if let last = ranges.last, last.upperBound + 1 == cpu {
        ranges[ranges.count - 1] = last.lowerBound...cpu
      } else {
        ranges.append(cpu...cpu)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  private static func value(of key: String, ofProcess process: String = "self") -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
    return line.map { $0.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces) }
  }
}
