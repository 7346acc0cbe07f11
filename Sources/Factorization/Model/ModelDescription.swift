/// What a model is and how it came about: everything needed to repeat the run, as `model.json`.
///
/// The same run gives the same bytes for any number of ranks and threads, so nothing here tells of
/// ranks, threads, machine, time of day or seconds; those are in the training log. Optional values
/// that are nil are left out of the file.
public struct ModelDescription: Codable, Sendable, Equatable {
  /// The format of the model directory that this version writes, and the newest that it reads.
  public static let currentFormatVersion = 1

  /// The format of the model directory.
  public var formatVersion = ModelDescription.currentFormatVersion
  /// The version of Stratum that trained the model.
  public var stratumVersion: String
  /// The number of rows of the rating matrix.
  public var rows: Int
  /// The number of columns of the rating matrix.
  public var columns: Int
  /// The length of the factor vectors.
  public var factors: Int
  /// Whether rows and columns have biases.
  public var hasBiases: Bool
  /// The constant in every prediction, or nil where the model has none.
  public var globalMean: Double?
  /// What the model was trained on.
  public var ratings: Ratings
  /// Whether predictions are held within the observed range where a command does not say otherwise.
  public var clip: Bool
  /// How the model was trained.
  public var training: Training
  /// Where training ended.
  public var result: Result
  /// Every option of the command line that affects the result, by its name without the dashes.
  public var options: [String: JSONValue]

  /// The ratings that a model was trained on, without those held out.
  public struct Ratings: Codable, Sendable, Equatable {
    /// The number of ratings.
    public var count: Int
    /// Their mean, the fallback for a pair of which the model knows too little.
    public var mean: Double
    /// The smallest observed value.
    public var minimum: Double
    /// The largest observed value.
    public var maximum: Double
    /// The file they were read from, as it was named, or nil for synthetic ratings.
    public var path: String?
    /// How that file was read: its delimiter, columns and header, or its format's name.
    public var format: [String: JSONValue]?
    /// The generator and its parameters as the command line takes them, or nil for ratings from a file.
    public var synthetic: String?
    /// The file of test ratings, where one was given.
    public var testPath: String?
    /// The part of the ratings that was held out for testing, where one was.
    public var testFraction: Double?

    /// Describes the ratings.
    public init(
      count: Int, mean: Double, minimum: Double, maximum: Double, path: String? = nil,
      format: [String: JSONValue]? = nil, synthetic: String? = nil,
      testPath: String? = nil, testFraction: Double? = nil
    ) {
      self.count = count
      self.mean = mean
      self.minimum = minimum
      self.maximum = maximum
      self.path = path
      self.format = format
      self.synthetic = synthetic
      self.testPath = testPath
      self.testFraction = testFraction
    }
  }

  /// Where training ended.
  public struct Result: Codable, Sendable, Equatable {
    /// The number of epochs that the model has behind it.
    public var epochs: Int
    /// Why training stopped, as one word, such as `epochs`.
    public var stopReason: String
    /// The value of the loss with its regularization, over the training ratings.
    public var loss: Double
    /// The root mean squared error over the training ratings.
    public var trainRMSE: Double
    /// The root mean squared error over the test ratings, where there were any.
    public var testRMSE: Double?

    /// Describes the end of training.
    public init(
      epochs: Int, stopReason: String, loss: Double, trainRMSE: Double, testRMSE: Double? = nil
    ) {
      self.epochs = epochs
      self.stopReason = stopReason
      self.loss = loss
      self.trainRMSE = trainRMSE
      self.testRMSE = testRMSE
    }
  }

  /// Describes a model in the current format.
  public init(
    stratumVersion: String, rows: Int, columns: Int, factors: Int, hasBiases: Bool,
    globalMean: Double?, ratings: Ratings, clip: Bool, training: Training, result: Result,
    options: [String: JSONValue] = [:]
  ) {
    self.stratumVersion = stratumVersion
    self.rows = rows
    self.columns = columns
    self.factors = factors
    self.hasBiases = hasBiases
    self.globalMean = globalMean
    self.ratings = ratings
    self.clip = clip
    self.training = training
    self.result = result
    self.options = options
  }
}
