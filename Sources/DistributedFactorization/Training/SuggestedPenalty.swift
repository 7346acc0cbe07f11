import Factorization
import Glibc

extension TrainingData {
  /// The λ of factors and biases that suits these ratings where nobody names one: their standard
  /// deviation times 0.23 over the cube root of the ratings that a row or column has on average.
  ///
  /// Values that do not look like ratings are taken to be less noisy, and get 0.01. The rule was fitted
  /// to four sets with 34 to 112 ratings a row or column (Docs/design-decisions.md). Does not
  /// communicate.
  ///
  /// Where predictions are logarithms λ is 0.03, the best or next to it on two sets, and where they are
  /// preferences the same, untried; and 0 where w·h is the
  /// mean of counts over all cells, which have no need of it.
  ///
  /// - Parameters:
  ///   - isWeighted: whether λ is going to be multiplied by the ratings of each row and column; where it is
  ///     not, λ is as much larger.
  ///   - loss: what the ratings cost.
  /// - Returns: λ, in units of the values.
  public func suggestedPenalty(isWeighted: Bool, loss: any Loss) -> Double {
    let entities = (rowDegrees + columnDegrees).count { $0 > 0 }
    let ratingsPerEntity = Double(statistics.count) / Double(max(1, entities))
    let penalty =
      if loss.densePart == .sum {
        0.0
      } else if loss.link != .identity {
        0.03
      } else if statistics.isScale(for: loss) {
        0.23 * statistics.variance.squareRoot() / cbrt(ratingsPerEntity)
      } else {
        0.01
      }
    return isWeighted ? penalty : penalty * ratingsPerEntity
  }
}
