import Foundation

/// The processes of this machine, as `/proc` shows them.
enum ProcessTable {
  /// The processes with a name below another one.
  static func descendants(of ancestor: Int32, named name: String) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let parents = Dictionary(
      uniqueKeysWithValues: all.compactMap { Int32($0) }.compactMap { process in
        status(process).map { (process, $0) }
      })
    func descends(_ process: Int32) -> Bool {
      guard let parent = parents[process]?.parent else { return false }
      return parent == ancestor || descends(parent)
    }
    return parents.filter { $0.value.name == name && descends($0.key) }.keys.sorted()
  }

  /// The rank that the launcher gave to a process.
  static func rank(of process: Int32) -> Int? {
    // Files of /proc have no size, so they are read to their end.
    guard let file = FileHandle(forReadingAtPath: "/proc/\(process)/environ"),
      let bytes = try? file.readToEnd()
    else { return nil }
    for variable in bytes.split(separator: 0).map({ String(decoding: $0, as: UTF8.self) }) {
      let parts = variable.split(separator: "=", maxSplits: 1)
      if ["OMPI_COMM_WORLD_RANK", "PMI_RANK"].contains(parts.first), parts.count == 2 {
        return Int(parts[1])
      }
    }
    return nil
  }

  /// Whether a process exists and is not merely waiting for its parent to notice its end.
  static func isRunning(_ process: Int32) -> Bool {
    status(process).map { $0.state != "Z" } ?? false
  }

  private static func status(
    _ process: Int32
  ) -> (name: String, state: Substring, parent: Int32)? {
    guard let file = FileHandle(forReadingAtPath: "/proc/\(process)/stat"),
      let bytes = try? file.readToEnd()
    else { return nil }
    // "17 (name) S 1 …"; the name may hold spaces and brackets.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
      return nil
    }
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
    return (String(text[text.index(after: open)..<close]), fields[0], parent)
  }
}
