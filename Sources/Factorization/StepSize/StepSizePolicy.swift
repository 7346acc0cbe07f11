import Glibc

/// How the step size ε changes from epoch to epoch.
///
/// All ranks decide from the same reduced loss, so they all choose the same step without talking.
public enum StepSizePolicy: String, Sendable, Codable, CaseIterable {
  /// The bold driver: × 1.05 after an epoch whose loss fell, × 0.5 after one whose loss rose or
  /// stayed equal (Gemulla et al. 2011, section 5.1).
  case boldDriver = "bold-driver"
  /// The authors' automatic choice: as long as the loss falls, whichever of some steps between half and twice
  /// the last one does best on a sample; from the first epoch on whose loss did not fall, the bold driver
  /// (Gemulla et al. 2011, section 5.1).
  case automatic
  /// ε₀ / (1 + t)^α after t epochs: the choice with a convergence guarantee, for α in (0.5, 1].
  case power
  /// ε₀ / (1 + β t^1.5) after t epochs (NOMAD: Yun, Yu, Hsieh, Vishwanathan, Dhillon, "NOMAD", VLDB 2014).
  case nomad
  /// ε₀ × γ^t after t epochs.
  case exponential
  /// ε₀ × (1 − t/T)^p after t of T epochs: down to nothing at the end of the run.
  case polynomial
  /// ε₀ in every epoch.
  case constant

  /// The policy's own constant where nobody says otherwise, α, β, γ or p; nil where it has none.
  ///
  /// - Parameter isAdaptive: whether steps are AdaGrad's, which get smaller by themselves.
  /// - Returns: the constant.
  public func defaultDecay(isAdaptive: Bool) -> Double? {
    switch self {
    case .boldDriver, .automatic, .constant: nil
    case .nomad: 0.05
    case .power, .exponential: 0.9
    case .polynomial: isAdaptive ? 1 : 2
    }
  }

  /// Whether the loss decides the next step.
  public var followsLoss: Bool { self == .boldDriver || self == .automatic }
}

/// The step size of a run: a policy, its constants, and where it stands.
public struct StepSize: Sendable, Codable {
  /// The policy.
  public let policy: StepSizePolicy
  /// The α of ``StepSizePolicy/power``, the β of ``StepSizePolicy/nomad``, the γ of
  /// ``StepSizePolicy/exponential``, or the p of ``StepSizePolicy/polynomial``.
  public let decay: Double
  /// The T of ``StepSizePolicy/polynomial``: the epochs of the whole run.
  public let epochs: Int
  /// Whether an epoch whose loss did not fall is undone.
  public let undoesRises: Bool
  /// The step of the next epoch.
  public private(set) var current: Double
  private var initial: Double
  private var done = 0
  /// The loss of the last epoch that stands.
  private var lastLoss = Double.infinity
  /// Whether steps are still tried, where they are chosen automatically.
  package private(set) var isTrying = true

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
  ///   - undoesRises: whether an epoch whose loss did not fall is undone.
  public init(
    policy: StepSizePolicy, initial: Double, decay: Double? = nil, epochs: Int,
    undoesRises: Bool = false
  ) {
    self.policy = policy
    self.decay = decay ?? policy.defaultDecay(isAdaptive: false) ?? 1
    self.epochs = epochs
    self.undoesRises = undoesRises
    self.initial = initial
    current = initial
  }

  /// Chooses the next step from the loss of the epoch that just ended.
  ///
  /// - Parameters:
  ///   - loss: of that epoch.
  ///   - trial: the best step around one, found by trying, for ``StepSizePolicy/automatic``; without it that
  ///     policy is the bold driver.
  /// - Returns: whether the epoch stands; if not, its factors are to be undone, and the next epoch is
  ///   compared with the one before it.
  @discardableResult
  public mutating func advance(
    loss: Double, trial: (_ around: Double) -> Double = { $0 * growth }
  ) -> Bool {
    done += 1
    let falls = loss < lastLoss
    isTrying = isTrying && falls
    switch policy {
    case .automatic where isTrying: current = trial(current)
    case .boldDriver, .automatic: current *= falls ? Self.growth : Self.cut
    case .power: current = initial / pow(1 + Double(done), decay)
    case .nomad: current = initial / (1 + decay * pow(Double(done), 1.5))
    case .exponential: current = initial * pow(decay, Double(done))
    case .polynomial: current = initial * pow(max(0, 1 - Double(done) / Double(epochs)), decay)
    case .constant: break
    }
    if undoesRises, !falls { return false }
    lastLoss = loss
    return true
  }

  /// Goes on at a smaller step after an epoch that diverged and was undone.
  public mutating func restart(shrinkingBy factor: Double) {
    initial *= factor
    current *= factor
    isTrying = false
  }
}
