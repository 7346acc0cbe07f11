import Factorization
import XCTest

final class CounterRandomTests: XCTestCase {
  /// The known answers that the authors of Philox publish with Random123.
  func testPhiloxGivesTheKnownAnswers() {
    let answers: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, words: SIMD4<UInt32>)] = [
      (
        SIMD4(repeating: 0), SIMD2(repeating: 0),
        SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
      ),
      (
        SIMD4(repeating: .max), SIMD2(repeating: .max),
        SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
      ),
      (
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        SIMD2(0xa409_3822, 0x299f_31d0),
        SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
      ),
    ]
    for answer in answers {
      XCTAssertEqual(Philox4x32.words(key: answer.key, counter: answer.counter), answer.words)
    }
  }

  func testSplitMixGivesTheKnownAnswers() {
    var generator = SplitMix64(seed: 1_234_567)
    let answers: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    for answer in answers { XCTAssertEqual(generator.next(), answer) }
  }

  func testStreamsSeedsAndWordsAllChangeTheBits() {
    var seen: Set<SIMD4<UInt32>> = []
    var count = 0
    for stream in RandomStream.allCases {
      for seed: UInt64 in [0, 1, 1 << 32] {
        let random = CounterRandom(seed: seed, stream: stream)
        for words: (UInt32, UInt32, UInt32) in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)] {
          seen.insert(random.bits(words.0, words.1, words.2))
          count += 1
        }
      }
    }
    XCTAssertEqual(seen.count, count)
  }

  func testUniformsFillTheUnitIntervalEvenly() {
    let random = CounterRandom(seed: 3, stream: .sample)
    var bins = [Int](repeating: 0, count: 20)
    for index in 0..<100_000 as Range<UInt32> {
      let pair = random.uniforms(index)
      for value in [pair[0], pair[1]] {
        XCTAssert(value >= 0 && value < 1)
        bins[Int(value * 20)] += 1
      }
    }
    // Each bin holds 10,000 ± 97 (one standard deviation).
    for bin in bins { XCTAssertEqual(bin, 10_000, accuracy: 500) }
  }

  func testNormalsHaveTheMomentsOfAStandardNormal() {
    let random = CounterRandom(seed: 3, stream: .initialRowFactors)
    var samples: [Double] = []
    var floatSamples: [Double] = []
    for index in 0..<100_000 as Range<UInt32> {
      let pair = random.normals(index, 1)
      samples += [pair[0], pair[1]]
      let four = random.floatNormals(index, 2)
      floatSamples += (0..<4).map { Double(four[$0]) }
    }
    for values in [samples, floatSamples] {
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + $1 * $1 } / count
      let fourth = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
      XCTAssertEqual(mean, 0, accuracy: 0.01)
      XCTAssertEqual(variance, 1, accuracy: 0.02)
      XCTAssertEqual(fourth, 3, accuracy: 0.12)
      let beyondTwo = Double(values.count { $0 > 2 }) / count
      XCTAssertEqual(beyondTwo, 0.02275, accuracy: 0.002)
    }
    // The two normals of a pair are independent.
    let products = stride(from: 0, to: samples.count, by: 2).map { samples[$0] * samples[$0 + 1] }
    XCTAssertEqual(products.reduce(0, +) / Double(products.count), 0, accuracy: 0.015)
  }

  func testBoundedNumbersStayBelowTheBoundAndReachAllOfIt() {
    var generator = SplitMix64(seed: 5)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.next(below: 7)] += 1 }
    for count in counts { XCTAssertEqual(count, 10_000, accuracy: 500) }
    XCTAssertEqual(generator.next(below: 1), 0)
  }

  func testPermutationsHoldEachIndexOnceAndDifferByWords() {
    let random = CounterRandom(seed: 9, stream: .gridRows)
    let first = random.permutation(of: 1000)
    XCTAssertEqual(first.sorted(), [UInt32](0..<1000))
    XCTAssertNotEqual(first, [UInt32](0..<1000))
    XCTAssertEqual(first, random.permutation(of: 1000))
    XCTAssertNotEqual(first, random.permutation(of: 1000, 1))
    XCTAssertEqual(random.permutation(of: 0), [])
  }

  func testShufflesGiveEveryOrderEquallyOften() {
    let random = CounterRandom(seed: 9, stream: .shuffle)
    var counts: [[UInt32]: Int] = [:]
    for index in 0..<24_000 as Range<UInt32> {
      counts[random.permutation(of: 4, index), default: 0] += 1
    }
    XCTAssertEqual(counts.count, 24)
    for count in counts.values { XCTAssertEqual(count, 1000, accuracy: 160) }
  }
}
