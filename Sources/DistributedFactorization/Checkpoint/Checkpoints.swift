import Factorization
import MPI

/// The checkpoints of a run: written between epochs, the last two kept, and read to go on from.
///
/// A run that goes on from one gives the same model bit for bit as one that was not interrupted, on any number of
/// ranks and threads where the solver's result does not depend on these.
public final class Checkpoints {
  private let directory: CheckpointDirectory
  private let interval: Int
  private let isAsked: () -> Bool
  /// The epochs after which there is one, the last first.
  private let found: [Int]
  private var settings: CheckpointSettings?
  /// The epochs after which there is one of this run, at most two.
  private var kept: [Int] = []
  /// The number of records in the last one; the record of the start alone is not worth one.
  private var savedRecords = 1
  private var isInterrupted = false

  /// The number of blocks of the run that has checkpoints there; nil where there are none.
  public let blocks: Int?

  /// Finds checkpoints in a directory, which is made where there is none, and removes what interrupted writes have
  /// left.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - path: the directory.
  ///   - interval: the epochs from one checkpoint to the next.
  ///   - isInterrupted: whether this rank has been asked to end; called once an epoch.
  ///   - communicator: the ranks that train.
  /// - Throws: `InputFailure` on all ranks where any cannot write there, or checkpoints are there and none is whole;
  ///   or `MPIError`.
  public init(
    _ path: String, every interval: Int, isInterrupted: @escaping () -> Bool = { false },
    _ communicator: borrowing Communicator
  ) throws {
    let directory = CheckpointDirectory(path: path)
    self.directory = directory
    self.interval = interval
    isAsked = isInterrupted
    let isFirst = communicator.rank == 0
    try communicator.agree { () throws(InputError) in if isFirst { try makeOutputDirectory(path) } }
    var pending: PendingFile?
    _ = try communicator.beginShared(
      directory.file(ofEpoch: 0).path, replacesFile: true, pending: &pending)
    pending = nil
    let epochs = try communicator.broadcast(isFirst ? directory.epochs : [], from: 0)
    found = epochs
    if isFirst { directory.remove(allBut: epochs) }
    // Only headers are read here: no grid is known yet by which to read the rest.
    let count = try communicator.agree { () throws(InputError) in
      isFirst ? try Self.blocks(in: directory, epochs) : 0
    }
    let blocks = try communicator.broadcast(count, from: 0)
    self.blocks = blocks > 0 ? blocks : nil
  }

  /// The number of blocks in the newest checkpoint whose header can be read; 0 where there are no checkpoints.
  private static func blocks(
    in directory: CheckpointDirectory, _ epochs: [Int]
  ) throws(InputError) -> Int {
    var damage: InputError?
    for epoch in epochs {
      let path = directory.file(ofEpoch: epoch).path
      do throws(InputError) {
        return try CheckpointHeader(CheckpointHeader.read(path)).content(path).settings.blocks
      } catch { damage = damage ?? error }
    }
    if let damage { throw InputError(directory.noneIsWhole(damage.description)) }
    return 0
  }

  // MARK: Going on

  /// What a run goes on from.
  public struct Continuation: Sendable {
    /// The last epoch that it has behind it.
    public let epoch: Int
    /// The checkpoint.
    public let path: String
    /// For each newer checkpoint a sentence that says what is wrong with it.
    public let warnings: [String]
  }

  /// Lets a run that has not begun go on from the newest checkpoint that is whole.
  ///
  /// Collective; it comes before the run is trained, also where there are no checkpoints yet.
  ///
  /// - Parameters:
  ///   - training: the run.
  ///   - settings: what it must have in common with the run that the checkpoint is of.
  ///   - communicator: the ranks that train.
  /// - Returns: the checkpoint; nil where there are none, and training begins at its start.
  /// - Throws: an `AgreedFailure` on all ranks where the settings differ or no checkpoint is whole, or `MPIError`.
  public func resume(
    _ training: Training, _ settings: CheckpointSettings, _ communicator: borrowing Communicator
  ) throws -> Continuation? {
    self.settings = settings
    var damages: [String] = []
    for epoch in found {
      let file = directory.file(ofEpoch: epoch)
      do {
        let header = try file.header(communicator)
        try check(settings, training.options, header, file, communicator)
        try file.read(header, into: training, communicator)
      } catch let damage as InputFailure {
        damages.append(damage.sentence)
        continue
      }
      kept = [epoch]
      savedRecords = training.state.records.count
      return Continuation(epoch: epoch, path: file.path, warnings: damages)
    }
    guard let damage = damages.first else { return nil }
    throw InputFailure(directory.noneIsWhole(damage))
  }

  /// Compares a run with the one that a checkpoint is of.
  private func check(
    _ settings: CheckpointSettings, _ options: TrainingOptions, _ header: CheckpointHeader,
    _ file: CheckpointFile, _ communicator: borrowing Communicator
  ) throws {
    let advice = "start it as that one, or name another directory with --checkpoint"
    let sentence = try communicator.agree { () throws(InputError) -> String in
      guard communicator.rank == 0 else { return "" }
      let content = try header.content(file.path)
      if let (name, own, saved) = settings.difference(from: content.settings) {
        return "\(directory.path): these checkpoints are of a run with \(name) \(saved), and this"
          + " run has \(name) \(own): \(advice)"
      }
      let done = content.state.nextEpoch - 1
      return done <= options.epochs
        ? ""
        : "\(directory.path): the run that these checkpoints are of has \(done) epochs behind it:"
          + " give --epochs \(done) at least, or name another directory with --checkpoint"
    }
    let all = try communicator.broadcast(Array(sentence.utf8), from: 0)
    if !all.isEmpty { throw CheckpointMismatch(sentence: String(decoding: all, as: UTF8.self)) }
  }

  // MARK: Writing

  /// Whether this rank has been asked to end.
  var isRequested: Bool { isAsked() }

  /// Notes that all ranks know of some rank that it has been asked to end.
  func interrupt() { isInterrupted = true }

  /// Writes a checkpoint if the interval is over, or the run ends, and then removes all but the last two.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - training: the run, between two epochs.
  ///   - isLast: whether no epoch comes any more.
  ///   - communicator: the ranks that train.
  /// - Throws: `TrainingInterruption` on all ranks where a rank was asked to end, `InputFailure` where the
  ///   checkpoint cannot be written, or `MPIError`.
  func writeIfDue(
    _ training: Training, isLast: Bool, _ communicator: borrowing Communicator
  ) throws {
    let state = training.state
    let epoch = state.nextEpoch - 1
    let isDue = isLast || isInterrupted || state.restarts == 0 && epoch % interval == 0
    let file = directory.file(ofEpoch: epoch)
    if isDue, state.records.count > savedRecords {
      guard let settings else { preconditionFailure("a run with checkpoints begins by 'resume'") }
      try file.write(training, settings, communicator)
      savedRecords = state.records.count
      kept = Array((kept.filter { $0 != epoch } + [epoch]).suffix(2))
      if communicator.rank == 0 { directory.remove(allBut: kept) }
    }
    if isInterrupted && !isLast {
      throw TrainingInterruption(epoch: epoch, epochs: training.options.epochs, path: file.path)
    }
  }
}

/// A checkpoint is whole, and of another run.
private struct CheckpointMismatch: AgreedFailure {
  let sentence: String
  let exitCode: Int32 = 1
}

extension CheckpointDirectory {
  fileprivate func noneIsWhole(_ damage: String) -> String {
    "\(damage), and no checkpoint before it can be used: copy it again, or remove \(path) to begin anew"
  }
}
