/// A failure that every rank knows of: all ranks throw it together out of `withMPI`'s closure,
/// after they agreed on it, and the job ends in order.
///
/// Rank 0 alone prints the sentence; every rank finalizes MPI and exits with `exitCode`. Throw it
/// for what the user can mend (a missing file, a wrong option). An error that only some ranks
/// throw must not conform, or the others wait for ever.
public protocol AgreedFailure: Error {
  /// What every rank's process exits with; not zero.
  var exitCode: Int32 { get }
  /// What rank 0 prints on standard error, without a newline at its end.
  var sentence: String { get }
}
