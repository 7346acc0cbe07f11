import Foundation

/// The memory of this machine, as a bound for sizes that a slip of the pen can make huge.
enum MachineMemory {
  /// Whether so many things of so many bytes could be held.
  static func holds(_ count: Int, ofBytes bytes: Int) -> Bool {
    let (product, overflow) = UInt64(count).multipliedReportingOverflow(by: UInt64(bytes))
    return !overflow && product <= ProcessInfo.processInfo.physicalMemory
  }
}
