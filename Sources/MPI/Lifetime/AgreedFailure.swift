/// A failure that every rank knows of: all ranks throw it together out of `withMPI`'s closure,
/// after they agreed on it, and the job ends in order.
///
/// Rank 0 alone prints the sentence; every rank finalizes MPI and exits with `exitCode`. Where sends
/// are under way that nobody receives any more, the ranks exit so too, half a minute later and
/// without that order. Throw it for what the user can mend (a missing file, a wrong option). An
/// error that only some ranks throw must not conform, or the others wait for ever.
public protocol AgreedFailure: Error {
  /// What every rank's process exits with: 1 to 255.
  ///
  /// What is no such number, and what would look like success, becomes 1.
  var exitCode: Int32 { get }
  /// What rank 0 prints on standard error, without a newline at its end.
  var sentence: String { get }
}

extension AgreedFailure {
  /// The exit code, made one that says failure.
  var processCode: Int32 { (1...255).contains(exitCode) ? exitCode : 1 }
}
