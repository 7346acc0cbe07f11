import Factorization
import MPI

/// Bad input that all ranks know of: rank 0 prints the sentence, and every rank exits with 1.
public struct InputFailure: AgreedFailure, Equatable {
  /// What is wrong, where, and what to do.
  public let sentence: String

  /// The exit code of the program.
  public var exitCode: Int32 { 1 }

  /// Creates a failure that every rank throws alike.
  public init(_ sentence: String) { self.sentence = sentence }

  /// Creates a failure from an error that every rank found alike.
  public init(_ error: InputError) { sentence = error.description }
}

extension Communicator {
  /// Runs a part of the work that can find bad input on some ranks only, and has all ranks fail
  /// together if any does, with the error of the earliest line.
  ///
  /// An error that concerns a whole file comes after those of lines, as in `InputError.precedes`.
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks, or `MPIError`.
  public func agree<Result>(_ body: () throws(InputError) -> Result) throws -> Result {
    var result: Result?
    var problem: InputError?
    do throws(InputError) { result = try body() } catch { problem = error }

    let lines = try allGather(problem.map { $0.line ?? Int.max - 1 } ?? Int.max)
    guard let first = lines.min(), first < Int.max, let source = lines.firstIndex(of: first) else {
      guard let result else { preconditionFailure("no error, no result") }
      return result
    }
    let sentence = Array((problem?.description ?? "").utf8)
    throw InputFailure(String(decoding: try broadcast(sentence, from: source), as: UTF8.self))
  }
}
