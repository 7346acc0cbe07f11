import Factorization
import SerialReplay

extension SequentialTraining {
  /// The library's training of the same problem.
  convenience init(_ problem: SerialReplay.Problem) {
    var options = Options(
      factors: problem.factors, hasBiases: problem.hasBiases,
      regularization: problem.regularization,
      adaGrad: problem.adaGradDeviation.map {
        AdaGradScale(deviation: $0, factors: problem.factors)
      })
    options.blocks = problem.blocks
    options.loss = problem.loss
    options.schedule = problem.schedule
    options.pointOrder = problem.pointOrder
    options.seed = problem.seed
    options.mean = problem.mean
    options.center = problem.center
    options.deviation = problem.deviation
    options.tileBytes = problem.tileBytes
    self.init(problem.ratings, rows: problem.rows, columns: problem.columns, options)
  }
}
