import Factorization

/// Where the kernel stands below what the core's memory and arithmetic allow.
struct Roofline: Encodable {
  var benchmark = "roofline"
  let factors: Int
  /// Updates a second: measured in cache, and what each limit alone would allow.
  let measured: Double
  let levelOneLimit: Double
  let levelTwoLimit: Double
  let arithmeticLimit: Double

  init(factors: Int, measured: Double, core: CoreSpeed) {
    self.factors = factors
    self.measured = measured
    let lanes = Double(FactorShape(factors: factors, hasBiases: true).lanes)
    // An update loads and stores both vectors once, at the least.
    levelOneLimit = core.levelOne.median / (2 * lanes)
    levelTwoLimit = core.levelTwo.median / (2 * lanes)
    // One multiply-add for the product; a product and a multiply-add for the step of each vector.
    arithmeticLimit = core.arithmetic.median / (5 * lanes)
  }

  /// The lowest of the limits that hold wherever the vectors lie.
  var lowestLimit: Double { min(levelOneLimit, arithmeticLimit) }
}

/// Prints the roofline for rates that were measured in cache.
func reportRoofline(
  of kernels: [KernelRates], _ core: CoreSpeed, _ records: RecordFile
) throws {
  try records.add(core)
  print(
    """

    Roofline of one core: loads and stores in place, \
    L1 \(cell(CoreSpeed.bytes(core.levelOne.median) / 1e9, 0)), \
    L2 \(cell(CoreSpeed.bytes(core.levelTwo.median) / 1e9, 0)) GB/s each way; \
    \(cell(core.arithmetic.median / 1e9, 0, decimals: 2)) G multiply-adds of 16 floats a second
    (million updates a second in cache; share of the lower of L1 and arithmetic)
      k   measured    L1 allows    L2 allows   arithmetic    share
    """)
  for kernel in kernels {
    let roofline = Roofline(
      factors: kernel.factors, measured: kernel.inCache.train.median, core: core)
    try records.add(roofline)
    print(
      cell(Double(roofline.factors), 3), cell(roofline.measured / 1e6, 10, decimals: 1),
      cell(roofline.levelOneLimit / 1e6, 12), cell(roofline.levelTwoLimit / 1e6, 12),
      cell(roofline.arithmeticLimit / 1e6, 12),
      percentCell(roofline.measured / roofline.lowestLimit, 8))
  }
}
