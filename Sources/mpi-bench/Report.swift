import Foundation

/// Prints results as a table, or as JSON lines.
struct Report {
  let asJSON: Bool
  let ranks: Int

  func printHeading() {
    if asJSON { return }
    Swift.print("\(ranks) ranks; microseconds are medians; overhead is the median of the rounds'")
    Swift.print("differences and ratios, with half the distance of the ratio's quartiles")
    Swift.print("best compares the fastest rounds of both halves")
    Swift.print(
      "operation            bytes        C (us)    Swift (us)   ns a call"
        + "      best   overhead")
  }

  func print(_ result: Result, of measurement: Measurement) {
    let nanoseconds = result.overheadSeconds / measurement.callsPerTime * 1e9
    if asJSON {
      Swift.print(
        """
        {"operation":"\(measurement.operation.rawValue)","ranks":\(ranks),\
        "bytes":\(measurement.bytes),"plainSeconds":\(result.plainSeconds),\
        "swiftSeconds":\(result.swiftSeconds),"overheadNanosecondsPerCall":\(nanoseconds),\
        "overheadPercent":\(result.overheadPercent),"spreadPercent":\(result.spreadPercent),\
        "bestPercent":\(result.bestPercent)}
        """)
      return
    }
    let name = measurement.operation.rawValue.padding(toLength: 16, withPad: " ", startingAt: 0)
    Swift.print(
      name
        + String(
          format: "%10d %13.3f %13.3f %11.0f %+8.2f %% %+8.2f %% +/- %.2f", measurement.bytes,
          result.plainSeconds * 1e6, result.swiftSeconds * 1e6, nanoseconds, result.bestPercent,
          result.overheadPercent, result.spreadPercent))
  }
}
