import Foundation

/// The sentence for a system call that failed just now: `W.npy: cannot be opened (No such file …)`.
func systemFailure(_ sentence: String, file: String) -> InputError {
  InputError("\(sentence) (\(String(cString: strerror(errno))))", file: file)
}
