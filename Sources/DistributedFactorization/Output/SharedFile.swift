import Factorization
import Foundation
import MPI

/// A file that all ranks write together, each its parts.
///
/// A rank that cannot write, as on a full disk, goes on to `finish`, where all ranks fail alike.
struct SharedFile: ~Copyable {
  private let file: File
  /// The file as the user knows it.
  private let name: String
  private var failure: MPIError?

  /// Opens a file, which is made if it does not exist.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where it cannot be opened, or `MPIError`.
  init(_ path: String, named name: String, _ communicator: borrowing Communicator) throws {
    var opened: File?
    var failure: MPIError?
    do throws(MPIError) {
      opened = try File.open(path, [.create, .writeOnly], on: communicator)
    } catch { failure = error }
    try communicator.agree { () throws(InputError) in try Self.check(failure, name) }
    guard let file = opened.take() else { preconditionFailure("no error, no file") }
    self.file = file
    self.name = name
  }

  /// Writes values at an offset in bytes, unless something before could not be written.
  ///
  /// One rank calls it.
  mutating func write<Element: MPIDatatype>(_ values: Span<Element>, at byteOffset: Int) {
    guard failure == nil else { return }
    do throws(MPIError) { try file.write(values, at: byteOffset) } catch { failure = error }
  }

  /// Closes the file, when all of it is on the disk.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where any could not write, or `MPIError`.
  consuming func finish(_ communicator: borrowing Communicator) throws {
    var failure = failure
    // Some file systems notice only here that there is no room.
    do throws(MPIError) { try file.synchronize() } catch { failure = failure ?? error }
    do throws(MPIError) { try file.close() } catch { failure = failure ?? error }
    let name = name
    try communicator.agree { () throws(InputError) in try Self.check(failure, name) }
  }

  private static func check(_ failure: MPIError?, _ name: String) throws(InputError) {
    guard let failure else { return }
    throw InputError(
      "cannot be written: the disk may be full, or a quota used up (\(failure.message))", file: name
    )
  }
}

extension Communicator {
  /// Has rank 0 begin a file that all ranks are to write.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - path: the name that the file is to have.
  ///   - replacesFile: whether a file that stands there is replaced.
  ///   - pending: on rank 0 the file from then on, which is removed where this is dropped.
  /// - Returns: the temporary name, on all ranks.
  /// - Throws: `InputFailure` on all ranks, or `MPIError`.
  func beginShared(
    _ path: String, replacesFile: Bool, pending: inout PendingFile?
  ) throws -> String {
    var made: PendingFile?
    let partial = try makeShared(path) { () throws(InputError) in
      made = try PendingFile(for: path, replacesFile: replacesFile, isShared: true)
      return made?.path ?? ""
    }
    pending = made
    return partial
  }

  /// Has rank 0 make a file or directory under a temporary name, and checks that all ranks can write
  /// there: those that cannot would have the others wait for ever.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - destination: the output as the user knows it.
  ///   - make: called on rank 0; returns the temporary name.
  /// - Returns: the temporary name, on all ranks.
  /// - Throws: `InputFailure` on all ranks, or `MPIError`.
  func makeShared(
    _ destination: String, _ make: () throws(InputError) -> String
  ) throws -> String {
    let made = try agree { () throws(InputError) in rank == 0 ? try make() : "" }
    let path = String(decoding: try broadcast(Array(made.utf8), from: 0), as: UTF8.self)
    try agree { () throws(InputError) in
      guard access(path, W_OK) != 0 else { return }
      throw InputError(
        "rank \(rank) cannot write there, though rank 0 can: name an output on a file system that all"
          + " ranks see", file: destination)
    }
    return path
  }
}
