/// How a prediction (mean + b_i + b_j + w_i·h_j), which may be any number, stands for the value that is
/// expected.
public enum Link: Sendable {
  /// The prediction is the expected value.
  case identity
  /// The prediction is the logarithm of the odds of the value 1 against −1; what is expected is the
  /// probability of 1.
  case logistic
  /// The prediction is the logarithm of the expected value.
  case exponential
  /// The prediction is of a preference, which is 1 wherever there is a value.
  case preference

  /// The expected value of a prediction.
  @inline(__always)
  public func mean(_ prediction: Float) -> Float {
    switch self {
    case .identity, .preference: prediction
    case .logistic: 1 / (1 + Elementary.exp(-prediction))
    case .exponential: Elementary.exp(prediction)
    }
  }

  /// What the expected value is compared with where `value` was observed.
  @inline(__always)
  public func observation(_ value: Float) -> Float {
    self == .logistic ? (value + 1) / 2 : self == .preference ? 1 : value
  }

  /// What expected values can be where the values that were observed are within a range.
  public func range(ofObserved range: ClosedRange<Float>) -> ClosedRange<Float> {
    switch self {
    case .identity, .exponential: range
    case .logistic, .preference: 0...1
    }
  }

  /// The prediction with this expected value, held within ±7 where the expected value is at the end of
  /// what is possible.
  public func prediction(ofMean mean: Float) -> Float {
    func logarithm(_ number: Float) -> Float {
      number > 0 ? max(-7, min(7, Elementary.log(number))) : -7
    }
    return switch self {
    case .identity, .preference: mean
    case .logistic: mean < 1 ? logarithm(mean / (1 - mean)) : 7
    case .exponential: logarithm(mean)
    }
  }
}
