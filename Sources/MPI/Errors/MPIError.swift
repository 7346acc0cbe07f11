import CMPI

/// A call into the MPI library that failed.
public struct MPIError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The library's own code, a return code of an MPI function, whose meaning differs between implementations and versions.
  public let code: Int
  /// What kind of failure it is, comparable with the names of `ErrorClass`.
  ///
  /// The corresponding MPI function is `MPI_Error_class`.
  public let errorClass: ErrorClass
  /// The library's sentence for the code, in one line.
  ///
  /// The corresponding MPI function is `MPI_Error_string`.
  public let message: String
  /// The MPI function that failed, `MPI_Send` for instance.
  public let function: String

  /// Describes the code that `function` returned, in the library's words.
  init(code: Int32, function: StaticString) {
    var errorClass = MPI_ERR_UNKNOWN
    // The code of a failed call is valid by definition; were it not, "unknown" would stay.
    if MPI_Error_class(code, &errorClass) != MPI_SUCCESS { errorClass = MPI_ERR_UNKNOWN }
    self.init(
      code: code, errorClass: ErrorClass(rawValue: errorClass),
      message: MPIError.sentence(for: code), function: function)
  }

  /// Describes a failure that this wrapper found itself after `function` returned.
  init(errorClass: ErrorClass, message: String, function: StaticString) {
    self.init(
      code: errorClass.rawValue, errorClass: errorClass, message: message, function: function)
  }

  private init(code: Int32, errorClass: ErrorClass, message: String, function: StaticString) {
    self.code = Int(code)
    self.errorClass = errorClass
    self.message = message
    self.function = "\(function)"
  }

  /// One line: the function and what it said.
  public var description: String { "\(function): \(message)" }

  private static func sentence(for code: Int32) -> String {
    let text = [UInt8](unsafeUninitializedCapacity: Int(MPI_MAX_ERROR_STRING)) { buffer, count in
      var length: Int32 = 0
      let result = buffer.withMemoryRebound(to: CChar.self) {
        MPI_Error_string(code, $0.baseAddress, &length)
      }
      count = result == MPI_SUCCESS ? Int(length) : 0
    }
    // MPICH's sentences have several lines.
    let sentence = String(decoding: text, as: UTF8.self).split(separator: "\n")
      .joined(separator: " ")
    return sentence.isEmpty ? "error code \(code)" : sentence
  }
}

/// The one way from MPI's return codes to errors: throws unless `code` is success.
@inline(__always)
func check(_ code: Int32, _ function: StaticString) throws(MPIError) {
  if code != MPI_SUCCESS { throw failure(code, function) }
}

/// Apart from `check`, so that no code for what hardly ever happens is between the calls.
@inline(never)
private func failure(_ code: Int32, _ function: StaticString) -> MPIError {
  MPIError(code: code, function: function)
}

/// Throws an error of class `count` unless the lengths that a caller gave fit together.
///
/// `rule` says how they must. It is an error and not a trap, since lengths come from data often, and
/// a trap of an optimized build says neither what was wrong nor on which rank.
@inlinable
func require(
  _ fits: Bool, _ rule: StaticString, in function: StaticString
) throws(MPIError) {
  if !fits { throw MPIError(misfit: rule, in: function) }
}

extension MPIError {
  @inline(never)
  @usableFromInline
  init(misfit rule: StaticString, in function: StaticString) {
    self.init(errorClass: .count, message: "\(rule)", function: function)
  }
}
