import Factorization

/// Epochs of training of any number of ranks in virtual time, for a simulator of clusters.
///
/// The schedule, the journeys of the column blocks, the order of the visits, the sums after an epoch and what they
/// send are those of `DSGD` and `Training` with a running loss and without test ratings. What a block takes follows
/// from its number of ratings and the rate of one core.
public struct VirtualTraining {
  /// What is trained, and on what.
  public struct Setting {
    /// The number of ranks, at most as many as row blocks.
    public var ranks: Int
    /// Threads of each rank.
    public var threads = 1
    /// The order of the strata.
    public var schedule = ScheduleKind.laWor
    /// The seed of every random number.
    public var seed: UInt64 = 1
    /// The layout of the factors, which decides the bytes that travel.
    public var shape: FactorShape
    /// How fast one core is.
    public var rate: UpdateRate
    /// What decides when column blocks come, and so the order of the visits.
    public var network: Network
    /// Whether column blocks may travel while others are trained.
    public var overlaps = true
    /// The number of epochs.
    public var epochs = 1

    /// A setting with the defaults of `stratum train`.
    public init(ranks: Int, shape: FactorShape, rate: UpdateRate, network: Network) {
      self.ranks = ranks
      self.shape = shape
      self.rate = rate
      self.network = network
    }
  }

  /// What the setting and its network give for an epoch: the mean over the epochs.
  public struct Epoch: Sendable, Equatable {
    /// Steps and rotation, as `EpochRecord.epochSeconds`.
    public var sweepSeconds = 0.0
    /// Seconds in which a rank computes, the mean over the ranks.
    public var computeSeconds = 0.0
    /// Sums and penalties.
    public var lossSeconds = 0.0
    /// Bytes of column blocks that a rank sends, the mean over the ranks.
    public var bytesSent = 0.0
    /// Messages that a rank sends, the mean over the ranks.
    public var messagesSent = 0.0
  }

  /// What an epoch takes.
  public private(set) var epoch = Epoch()
  private let setting: Setting
  private let loads: BlockLoads
  private let columnBytes: [Int]
  private var actions: [[TraceAction]]

  /// Trains.
  ///
  /// Does not communicate.
  public init(_ loads: BlockLoads, _ setting: Setting) {
    self.setting = setting
    self.loads = loads
    columnBytes = loads.columns.map { $0 * setting.shape.bytesPerVector }
    actions = Array(repeating: [], count: setting.ranks)
    let ownership = BlockOwnership(blockCount: loads.blockCount, ranks: setting.ranks)
    let schedule = setting.schedule.schedule(seed: setting.seed)
    let plans = (1...setting.epochs + 1).map {
      schedule.plan(epoch: $0, blockCount: loads.blockCount)
    }
    // The sweep before has brought each block to where the first epoch begins.
    var homes = (0..<loads.blockCount).map {
      ownership.rank(ofRowBlock: plans[0].rowBlock(ofColumnBlock: $0, inSubEpoch: 0))
    }
    let rate = setting.rate
    let costs = VirtualSweep.Costs(
      threads: setting.threads, network: setting.network, overlaps: setting.overlaps,
      visitSeconds: {
        Double(loads.ratings(rowBlock: $0, columnBlock: $1)) / rate.updatesPerSecond
          + rate.secondsPerVisit
      },
      columnBytes: columnBytes)
    for (plan, next) in zip(plans, plans.dropFirst()) {
      let sweep = VirtualSweep(Itinerary(plan: plan, next: next), ownership, homes: homes, costs)
      homes = sweep.homes
      add(sweep)
      addLoss(ownership, homes: homes)
    }
  }

  private mutating func add(_ sweep: VirtualSweep) {
    let share = 1 / Double(setting.epochs)
    let rankShare = share / Double(setting.ranks)
    epoch.sweepSeconds += share * sweep.seconds
    for (rank, state) in sweep.ranks.enumerated() {
      epoch.computeSeconds += rankShare * state.busySeconds
      for case .send(_, _, let bytes) in state.actions {
        epoch.bytesSent += rankShare * Double(bytes)
        epoch.messagesSent += rankShare
      }
      actions[rank] += state.actions
    }
  }

  /// Errors and penalties are summed in slots for each row block or column block, and the six figures of a rank that
  /// `EpochRecord` has are gathered.
  private mutating func addLoss(_ ownership: BlockOwnership, homes: [Int]) {
    var heldBytes = (0..<setting.ranks).map {
      loads.rows[ownership.rowBlocks(ofRank: $0)].reduce(0, +) * setting.shape.bytesPerVector
    }
    for (block, rank) in homes.enumerated() { heldBytes[rank] += columnBytes[block] }
    let penaltySeconds = heldBytes.map {
      setting.rate.penaltySeconds(forBytes: Double($0), threads: setting.threads)
    }
    let numbers = CostModel.summedNumbers(blocks: loads.blockCount)
    for rank in actions.indices {
      actions[rank] += [
        .allReduce(count: numbers), .compute(seconds: penaltySeconds[rank]),
        .allReduce(count: numbers), .allGather(count: 6),
      ]
    }
    let sums = CostModel.sumSeconds(
      blocks: loads.blockCount, ranks: setting.ranks, setting.network)
    epoch.lossSeconds += ((penaltySeconds.max() ?? 0) + sums) / Double(setting.epochs)
  }

  /// Writes the time-independent trace: a file for each rank, one that lists them, `trace.txt`, and `replay.sh`, which has
  /// SimGrid replay it.
  ///
  /// - Parameter directory: is there.
  /// - Throws: `InputError` where a file cannot be written.
  public func write(to directory: String) throws(InputError) {
    // SimGrid looks for names without a folder where it is started, so that a trace can be moved.
    var names = ""
    for (rank, actions) in actions.enumerated() {
      let name = "rank-\(rank).txt"
      var file = try OutputFile(path: directory + "/" + name)
      try file.write("\(rank) init\n")
      for action in actions { try file.write(action.line(ofRank: rank)) }
      try file.write("\(rank) finalize\n")
      try file.commit()
      names += name + "\n"
    }
    for (name, text) in [
      ("trace.txt", names), ("replay.sh", ReplayScript(ranks: setting.ranks).text),
    ] {
      var file = try OutputFile(path: directory + "/" + name)
      try file.write(text)
      try file.commit()
    }
  }
}
