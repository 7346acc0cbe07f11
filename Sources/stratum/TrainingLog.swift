import DistributedFactorization
import Factorization
import Foundation

/// The training log: one JSON line an epoch, there to be read while training goes on.
final class TrainingLog {
  private let path: String
  private let file: FileHandle
  private var isBroken = false

  /// Begins a log.
  ///
  /// A file that stands there is kept beside it as `PATH.previous`: a run that is killed must not have
  /// cost the log of the model that is still there.
  ///
  /// - Throws: `InputError` where it cannot be written.
  init(path: String) throws(InputError) {
    self.path = path
    var status = stat()
    if stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0 {
      rename(path, path + ".previous")
    }
    file = FileHandle(
      fileDescriptor: try Self.open(path, O_WRONLY | O_CREAT | O_TRUNC), closeOnDealloc: true)
  }

  /// Appends a line.
  ///
  /// Where the system refuses that, as on a full disk, the user is told and training goes on: it is
  /// worth more than its log.
  func add(_ record: EpochRecord) {
    guard !isBroken else { return }
    do {
      try file.write(contentsOf: Data((record.json + "\n").utf8))
    } catch {
      isBroken = true
      Stratum.say("\(path): the training log cannot be written any more: it ends here")
    }
  }

  /// Finds out whether a log can be written, without touching what is there and without leaving
  /// anything.
  ///
  /// - Throws: `InputError` where it cannot, or would be in the place of a file of ratings or within the
  ///   model, which is replaced as a whole.
  static func check(_ command: TrainCommand) throws(InputError) {
    let path = command.logPath
    let place = ResolvedPath(path)
    for input in [command.ratings, command.heldOut.test].compactMap(\.self)
    where ResolvedPath(input) == place {
      throw InputError(
        "the training log would replace the ratings: name another with --log", file: path)
    }
    guard !place.isWithin(ResolvedPath(command.modelPath)) else {
      throw InputError(
        "the training log would be lost within the model: name another with --log", file: path)
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    // To open a pipe would be to wait for its reader.
    if exists && status.st_mode & S_IFMT == S_IFIFO { return }
    close(try open(path, O_WRONLY | O_CREAT))
    if !exists { unlink(path) }
  }

  private static func open(_ path: String, _ flags: Int32) throws(InputError) -> Int32 {
    let descriptor = Foundation.open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw InputError(
        "the training log cannot be written (\(String(cString: strerror(errno)))): name another "
          + "with --log", file: path)
    }
    return descriptor
  }
}
