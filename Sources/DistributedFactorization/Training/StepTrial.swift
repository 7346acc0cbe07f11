import Factorization

/// Steps tried on the sample after each epoch, for the automatic choice of step sizes.
///
/// Source: Gemulla et al. 2011, section 5.1: as long as the loss falls, several steps between half and
/// twice the last one are tried on a small sample after every epoch, and the best is taken.
///
/// Here the sample has a model of its own, which is trained along with the same steps as the whole, and
/// each step is tried on from there. So nothing has to be gathered from the ranks: each holds the sample, does
/// the same, and chooses the same, whatever their number.
public final class StepTrial {
  private let training: SequentialTraining
  /// How much larger the steps of the whole are.
  private let scale: Double

  /// The steps that are tried, over the last one.
  private static let factors = [1, 0.5.squareRoot(), 2.0.squareRoot(), 0.5, 2]

  /// Begins with the sample's initial factors.
  public init(_ sample: StepSample, _ statistics: RatingStatistics, options: TrainingOptions) {
    training = sample.sequentialTraining(statistics, options)
    scale = sample.stepScale(statistics, options)
  }

  /// Trains the sample's model as the whole has been.
  ///
  /// Does not communicate.
  func train(epoch: Int, stepSize: Double) {
    _ = training.train(epoch: epoch, stepSize: Float(stepSize / scale))
  }

  /// Tries steps for the next epoch.
  ///
  /// Does not communicate. It is called after each epoch from the first on, as long as steps are tried.
  ///
  /// - Parameters:
  ///   - current: the step size of the epoch that just ended.
  ///   - epoch: the number of that epoch.
  /// - Returns: the step with which the next epoch lowers the sample's loss most.
  package func bestStep(around current: Double, after epoch: Int) -> Double {
    train(epoch: epoch, stepSize: current)
    let current = current / scale
    let start = training.snapshot()
    var best = (step: current, loss: Double.infinity)
    for factor in Self.factors {
      _ = training.train(epoch: epoch + 1, stepSize: Float(current * factor))
      let loss = training.objective
      if loss < best.loss { best = (current * factor, loss) }
      training.restore(start)
    }
    return best.step * scale
  }
}
