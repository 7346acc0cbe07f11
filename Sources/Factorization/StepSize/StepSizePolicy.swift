import Glibc

/// How the step size ε changes from epoch to epoch.
///
/// All ranks decide from the same reduced loss, so they all choose the same step without talking.
public enum StepSizePolicy: String, Sendable, Codable, CaseIterable {
  /// The bold driver: × 1.05 after an epoch whose loss fell, × 0.5 after one whose loss rose or
  /// stayed equal (Gemulla et al. 2011, section 5.1).
  case boldDriver = "bold-driver"
  /// ε₀ / (1 + t)^α after t epochs: the choice with a convergence guarantee, for α in (0.5, 1].
  case power
  /// ε₀ × γ^t after t epochs.
  case exponential
  /// ε₀ × (1 − t/T)^p after t of T epochs: down to nothing at the end of the run.
  case polynomial
  /// ε₀ in every epoch.
  case constant

  /// The policy's own constant where nobody says otherwise, α, γ or p; nil where it has none.
  ///
  /// - Parameter isAdaptive: whether steps are AdaGrad's, which get smaller by themselves.
  /// - Returns: the constant.
  public func defaultDecay(isAdaptive: Bool) -> Double? {
    switch self {
    case .boldDriver, .constant: nil
    case .power, .exponential: 0.9
    case .polynomial: isAdaptive ? 1 : 2
    }
  }
}

/// The step size of a run: a policy, its constants, and where it stands.
public struct StepSize: Sendable {
  /// The policy.
  public let policy: StepSizePolicy
  /// The α of ``StepSizePolicy/power``, the γ of ``StepSizePolicy/exponential``, or the p of
  /// ``StepSizePolicy/polynomial``.
  public let decay: Double
  /// The T of ``StepSizePolicy/polynomial``: the epochs of the whole run.
  public let epochs: Int
  /// The step of the next epoch.
  public private(set) var current: Double
  private var initial: Double
  private var done = 0
  private var lastLoss = Double.infinity

  /// The bold driver's factor after an epoch whose loss fell.
  public static let growth = 1.05
  /// The bold driver's factor after an epoch whose loss did not fall.
  public static let cut = 0.5

  /// Starts a policy at ε₀.
  ///
  /// - Parameters:
  ///   - policy: how the step changes.
  ///   - initial: ε₀.
  ///   - decay: the policy's own constant; its default for steps of the same size where nil.
  ///   - epochs: how many epochs the run has.
  public init(policy: StepSizePolicy, initial: Double, decay: Double? = nil, epochs: Int) {
    self.policy = policy
    self.decay = decay ?? policy.defaultDecay(isAdaptive: false) ?? 1
    self.epochs = epochs
    self.initial = initial
    current = initial
  }

  /// Chooses the next step from the loss of the epoch that just ended.
  public mutating func advance(loss: Double) {
    done += 1
    switch policy {
    case .boldDriver: current *= loss < lastLoss ? Self.growth : Self.cut
    case .power: current = initial / pow(1 + Double(done), decay)
    case .exponential: current = initial * pow(decay, Double(done))
    case .polynomial: current = initial * pow(max(0, 1 - Double(done) / Double(epochs)), decay)
    case .constant: break
    }
    lastLoss = loss
  }

  /// Goes on at a smaller step after an epoch that diverged and was undone.
  public mutating func restart(shrinkingBy factor: Double) {
    initial *= factor
    current *= factor
  }
}
