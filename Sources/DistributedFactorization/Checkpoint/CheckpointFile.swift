import Factorization
import MPI

/// A checkpoint, which all ranks write and read together, each the row blocks and column blocks that it holds.
///
/// A block's section is the same whichever rank writes it, and has a checksum of its own. The file gets its name when
/// all of it is on the disk.
struct CheckpointFile {
  let path: String

  /// Writes where a run stands.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where the file cannot be written, or `MPIError`.
  func write(
    _ training: Training, _ settings: CheckpointSettings, _ communicator: borrowing Communicator
  ) throws {
    var header = try communicator.agree { () throws(InputError) in
      try CheckpointHeader(.init(settings: settings, state: training.state))
    }
    let own = training.heldSections
    var counts = [Int](repeating: 0, count: 2 * training.data.grid.blockCount)
    for section in own { counts[section.number] = training.byteCount(of: section) }
    // Rank 0's JSON counts: its clock is in it.
    counts.append(communicator.rank == 0 ? header.json.count : 0)
    counts = try communicator.allReduce(counts, .sum)
    let start = CheckpointHeader.byteCount(
      sections: counts.count - 1, jsonBytes: counts.removeLast())
    let offsets = counts.reduce(into: [start]) { $0.append($0[$0.count - 1] + $1) }

    var pending: PendingFile?
    let partial = try communicator.beginShared(path, replacesFile: true, pending: &pending)
    var file = try SharedFile(partial, named: path, communicator)
    var checksums = [UInt32](repeating: 0, count: counts.count)
    for section in own {
      let floats = training.floats(of: section)
      checksums[section.number] = floats.withUnsafeBytes { checksum($0) }
      file.write(floats.span, at: offsets[section.number])
    }
    checksums = try communicator.allReduce(checksums, .sum)
    header.sections = zip(counts, checksums).map { .init(bytes: $0, checksum: $1) }
    if communicator.rank == 0 { file.write(header.bytes.span, at: 0) }
    try file.finish(communicator)
    try communicator.agree { () throws(InputError) in try pending.take()?.commit() }
  }

  /// Reads the header.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where it is damaged, or `MPIError`.
  func header(_ communicator: borrowing Communicator) throws -> CheckpointHeader {
    let own = try communicator.agree { () throws(InputError) in
      communicator.rank == 0 ? try CheckpointHeader.read(path) : []
    }
    return CheckpointHeader(try communicator.broadcast(own, from: 0))
  }

  /// Lets a run that has not begun stand where the checkpoint tells.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where any finds a section damaged, or `MPIError`; the factors are then
  ///   anything.
  func read(
    _ header: CheckpointHeader, into training: Training, _ communicator: borrowing Communicator
  ) throws {
    let state = try communicator.agree { () throws(InputError) in
      try header.content(path).state
    }
    // Where the last epoch that stands has left them; one that was undone has left them there too.
    training.factors.rotation.settle(before: training.planOfEpoch(after: state.last.epoch))
    try communicator.agree { () throws(InputError) in
      let file = try FileDescriptor(reading: path)
      let offsets = header.offsets
      guard header.sections.count == 2 * training.data.grid.blockCount else {
        throw CheckpointHeader.damaged(path)
      }
      for section in training.heldSections {
        let stored = header.sections[section.number]
        let floats = try file.read(
          Float.self, count: stored.bytes / MemoryLayout<Float>.stride,
          at: offsets[section.number], path: path)
        guard floats.withUnsafeBytes({ checksum($0) }) == stored.checksum,
          training.set(section, from: floats)
        else { throw CheckpointHeader.damaged(path) }
      }
    }
    training.resume(state)
  }
}
