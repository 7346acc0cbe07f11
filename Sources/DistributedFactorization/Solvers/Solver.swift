import Factorization
import MPI

/// A method of learning W and H: what one epoch, or iteration, does to the factors.
///
/// It changes `DistributedFactors` in place. `Training` has all the rest: initial factors, loss,
/// stopping rules, records and undoing.
protocol Solver: AnyObject {
  /// Trains one epoch.
  ///
  /// Collective.
  func train(
    _ task: EpochTask, _ communicator: borrowing Communicator
  ) throws(MPIError) -> EpochWork

  /// The order in which an epoch meets the grid; nil where column blocks do not rotate.
  func plan(ofEpoch epoch: Int) -> EpochPlan?

  /// Forgets what was learned beside the factors, which have gone back to an earlier state.
  func restart()

  /// The numbers beside the factors that it goes on from in the next epoch, those of a row block of this rank; most
  /// have none.
  func carriedNumbers(ofRowBlock block: Int) -> UnsafeBufferPointer<Float>

  /// Goes on from numbers that another run carried.
  ///
  /// - Returns: whether they are as many as there should be.
  func carry(_ numbers: ArraySlice<Float>, ofRowBlock block: Int) -> Bool
}

extension Solver {
  func plan(ofEpoch epoch: Int) -> EpochPlan? { nil }
  func restart() {}
  func carriedNumbers(ofRowBlock block: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: nil, count: 0)
  }
  func carry(_ numbers: ArraySlice<Float>, ofRowBlock block: Int) -> Bool { false }
}

/// What a solver works on.
struct SolverProblem {
  let data: TrainingData
  let options: TrainingOptions
  let factors: DistributedFactors
  let trainer: BlockVisitor

  /// What a stochastic gradient step of size ε needs to know.
  func rule(stepSize: Double) -> UpdateRule {
    UpdateRule(
      mean: factors.start.mean, stepSize: Float(stepSize),
      regularization: options.regularization, adaGrad: factors.start.adaGrad)
  }
}

/// What a solver has to do next.
struct EpochTask {
  /// The epoch, from 1.
  let number: Int
  /// ε, for methods that have a step size.
  let stepSize: Double
  /// The order of the sweep that follows, where that is known.
  let next: EpochPlan?
}

/// What an epoch gave, beside better factors.
struct EpochWork {
  /// What each thread's time went into.
  var clocks: [WorkerClock]
  /// The errors of each of this rank's row blocks, each before its step, where `SolverKind.knowsRunningErrors`.
  var runningErrors: [ErrorSums] = []
  /// Bytes that this rank has sent, beside column blocks under rotation.
  var bytesSent = 0
}

/// The solvers that can be chosen by name.
public enum SolverKind: String, Sendable, Codable, CaseIterable {
  /// Distributed stochastic gradient descent, see ``DSGD``.
  case dsgd
  /// Stochastic gradient descent over all ratings in one random order, on one rank and thread.
  case sgd
  /// Cyclic coordinate descent by factors (CCD++), see ``CCD``.
  case ccd
  /// Multiplicative updates of factors that are not negative, see ``MultiplicativeUpdates``.
  case multiplicative
  /// Iterative parameter mixing, see ``PSGD``.
  case psgd
  /// Gradient descent over all ratings with curvature from the last iterations, see ``LBFGS``.
  case lbfgs
  /// Alternating least squares, see ``ALS``.
  case als

  /// Whether it takes steps whose size somebody must choose.
  public var hasStepSize: Bool {
    switch self {
    case .dsgd, .sgd, .psgd: true
    case .als, .ccd, .lbfgs, .multiplicative: false
    }
  }

  /// Whether an epoch yields errors of its own, so that the loss needs no pass of its own: those of its steps, or,
  /// with `ccd` and `lbfgs`, those after it.
  public var knowsRunningErrors: Bool {
    switch self {
    case .dsgd, .sgd, .ccd, .lbfgs: true
    case .als, .multiplicative, .psgd: false
    }
  }

  /// Whether it can minimize a loss.
  public func minimizes(_ loss: any Loss) -> Bool {
    switch self {
    case .dsgd, .sgd: true
    case .psgd, .lbfgs: loss.densePart == nil
    case .als: CellWeights(loss) != nil
    case .ccd: loss is SquaredLoss
    case .multiplicative: loss is SquaredLoss || loss is SquaredAllLoss || loss is GeneralizedKLLoss
    }
  }

  /// Whether it can do with a penalty, and keep to what factors may be.
  public func minimizes(_ regularization: Regularization) -> Bool {
    switch self {
    case .dsgd, .sgd, .psgd, .ccd, .multiplicative: true
    case .als, .lbfgs: regularization.isSmooth
    }
  }

  /// Whether it can go on from a checkpoint.
  ///
  /// What L-BFGS knows of the curvature is twenty times as large as the factors, and is not saved.
  public var canContinue: Bool { self != .lbfgs }

  /// How much larger than for DSGD the λ should be that nobody names.
  ///
  /// ALS finds the best factors for the training ratings, where a few epochs of steps end before they have learned
  /// all the noise (Docs/design-decisions.md).
  public var penaltyFactor: Double { self == .als ? 1.4 : 1 }

  /// Prepares the solver.
  ///
  /// Collective.
  func solver(
    _ problem: SolverProblem, _ communicator: borrowing Communicator
  ) throws(MPIError) -> any Solver {
    switch self {
    // Sequential SGD is DSGD on a grid of one block, which `TrainingOptions.blocks` says.
    case .dsgd, .sgd: DSGD(problem)
    case .ccd: CCD(problem)
    case .multiplicative: MultiplicativeUpdates(problem)
    case .psgd: try PSGD(problem, communicator)
    case .lbfgs: LBFGS(problem)
    case .als: try ALS(problem, communicator)
    }
  }
}
