import Factorization

/// What one core can do at best with registers of 16 floats: plain loops, without anything between.
struct CoreSpeed: Encodable {
  var benchmark = "core"
  /// Registers loaded and stored a second, in place, in 16 KiB: in L1.
  let levelOne: Samples
  /// The same in 512 KiB: in L2.
  let levelTwo: Samples
  /// Multiply-adds of whole registers a second.
  let arithmetic: Samples

  /// Bytes loaded a second, and as many stored, from registers a second.
  static func bytes(_ registers: Double) -> Double {
    registers * Double(MemoryLayout<SIMD16<Float>>.size)
  }
}

/// The core, measured round by round.
struct CoreSpeedRounds {
  private typealias Register = SIMD16<Float>

  private var levelOne: [Double] = []
  private var levelTwo: [Double] = []
  private var arithmetic: [Double] = []

  /// Measures each figure once.
  mutating func measure() {
    levelOne.append(Self.scaling(bytes: 16 << 10))
    levelTwo.append(Self.scaling(bytes: 512 << 10))
    arithmetic.append(Self.multiplyingAndAdding())
  }

  /// The figures of all rounds but the first, which warmed up.
  var speed: CoreSpeed {
    CoreSpeed(
      levelOne: Samples(Array(levelOne.dropFirst())),
      levelTwo: Samples(Array(levelTwo.dropFirst())),
      arithmetic: Samples(Array(arithmetic.dropFirst())))
  }

  private static func scaling(bytes: Int) -> Double {
    let count = bytes / MemoryLayout<Register>.size
    let memory = UnsafeMutablePointer<Register>.allocate(capacity: count)
    memory.initialize(repeating: Register(repeating: 1), count: count)
    defer { memory.deallocate() }
    let passes = (16 << 20) / bytes
    return Double(passes * count)
      * rate { for pass in 0..<passes { scale(memory, count, by: pass % 2 == 0 ? 2 : 0.5) } }
  }

  /// Unsafe: `count` is a multiple of the 8 registers of one turn.
  @inline(never)
  private static func scale(
    _ memory: UnsafeMutablePointer<Register>, _ count: Int, by factor: Float
  ) {
    let factors = Register(repeating: factor)
    for index in stride(from: 0, to: count, by: 8) {
      for offset in 0..<8 { memory[index + offset] *= factors }
    }
  }

  private static func multiplyingAndAdding() -> Double {
    let turns = 100_000
    var total: Float = 0
    let rate = Double(turns * 12) * rate { total += addProducts(turns, Register(repeating: 0.5)) }
    precondition(total.isFinite)
    return rate
  }

  /// Twelve sums that do not wait for each other.
  @inline(never)
  private static func addProducts(_ turns: Int, _ factor: Register) -> Float {
    var (a, b, c, d, e, f) = (factor, factor, factor, factor, factor, factor)
    var (g, h, i, j, k, l) = (factor, factor, factor, factor, factor, factor)
    for _ in 0..<turns {
      a = factor.addingProduct(a, factor)
      b = factor.addingProduct(b, factor)
      c = factor.addingProduct(c, factor)
      d = factor.addingProduct(d, factor)
      e = factor.addingProduct(e, factor)
      f = factor.addingProduct(f, factor)
      g = factor.addingProduct(g, factor)
      h = factor.addingProduct(h, factor)
      i = factor.addingProduct(i, factor)
      j = factor.addingProduct(j, factor)
      k = factor.addingProduct(k, factor)
      l = factor.addingProduct(l, factor)
    }
    return (a + b + c + d + e + f + g + h + i + j + k + l).sum()
  }
}
