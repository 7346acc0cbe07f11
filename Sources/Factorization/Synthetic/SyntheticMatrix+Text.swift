extension SyntheticMatrix: CustomStringConvertible {
  /// Reads a matrix as a user describes it: a kind and, after a colon, what differs from its defaults.
  ///
  /// ```
  /// gaussian:rows=100000,columns=10000,ratings=1e7,factors=10,variance=10,noise=1,seed=1
  /// ratings-like:rows=6040,columns=3706,ratings=1e6,seed=1
  /// ```
  ///
  /// - Throws: `InputError` if the text cannot be understood or there is no such matrix.
  public init(_ text: String) throws(InputError) {
    let (kind, rest) = Self.split(text, at: ":")
    var options = try Options(rest ?? "", of: kind)
    switch kind {
    case "gaussian":
      let standard = try GaussianMatrix()
      self = .gaussian(
        try GaussianMatrix(
          rows: try options.integer("rows", standard.rows),
          columns: try options.integer("columns", standard.columns),
          ratings: try options.integer("ratings", standard.ratings),
          factors: try options.integer("factors", standard.factors),
          variance: try options.number("variance", standard.variance),
          noise: try options.number("noise", standard.noise), seed: try options.seed()))
    case "ratings-like":
      let standard = try RatingsLike()
      self = .ratingsLike(
        try RatingsLike(
          rows: try options.integer("rows", standard.rows),
          columns: try options.integer("columns", standard.columns),
          ratings: try options.integer("ratings", standard.ratings), seed: try options.seed()))
    default:
      throw InputError(
        "there is no synthetic matrix “\(kind)”: choose gaussian or ratings-like, for example"
          + " ratings-like:rows=6040,columns=3706,ratings=1000000,seed=1")
    }
    try options.checkAllUsed()
  }

  /// The text that `init(_:)` reads as this matrix, with every property.
  public var description: String {
    switch self {
    case .gaussian(let matrix):
      "gaussian:rows=\(matrix.rows),columns=\(matrix.columns),ratings=\(matrix.ratings)"
        + ",factors=\(matrix.factors),variance=\(matrix.variance),noise=\(matrix.noise)"
        + ",seed=\(matrix.seed)"
    case .ratingsLike(let matrix):
      "ratings-like:rows=\(matrix.rows),columns=\(matrix.columns),ratings=\(matrix.ratings)"
        + ",seed=\(matrix.seed)"
    }
  }

  private static func split(_ text: String, at separator: Character) -> (String, String?) {
    let parts = text.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
  }

  /// The `name=value` pairs of a description.
  private struct Options {
    private var values: [String: String] = [:]
    private var known: [String] = []
    private let kind: String

    init(_ text: String, of kind: String) throws(InputError) {
      self.kind = kind
      for pair in text.split(separator: ",") {
        let (name, value) = SyntheticMatrix.split(String(pair), at: "=")
        guard let value, !value.isEmpty else {
          throw InputError("“\(pair)” in “\(kind):\(text)” should read name=value")
        }
        guard values.updateValue(value, forKey: name) == nil else {
          throw InputError("“\(name)” is given twice in “\(kind):\(text)”")
        }
      }
    }

    mutating func number(_ name: String, _ standard: Double) throws(InputError) -> Double {
      known.append(name)
      guard let text = values.removeValue(forKey: name) else { return standard }
      guard let value = Double(text) else {
        throw InputError("\(name)=\(text) of \(kind) is not a number")
      }
      return value
    }

    /// An integer; `1e7` is one, too.
    mutating func integer(_ name: String, _ standard: Int) throws(InputError) -> Int {
      known.append(name)
      guard let text = values.removeValue(forKey: name) else { return standard }
      guard let value = Int(text) ?? Double(text).flatMap({ Int(exactly: $0) }) else {
        throw InputError("\(name)=\(text) of \(kind) is not a whole number")
      }
      return value
    }

    mutating func seed() throws(InputError) -> UInt64 {
      known.append("seed")
      guard let text = values.removeValue(forKey: "seed") else { return 1 }
      guard let value = UInt64(text) else {
        throw InputError("seed=\(text) of \(kind) is not a whole number from 0 to \(UInt64.max)")
      }
      return value
    }

    func checkAllUsed() throws(InputError) {
      guard let name = values.keys.min() else { return }
      throw InputError(
        "\(kind) has no “\(name)”: it has \(known.joined(separator: ", "))")
    }
  }
}
