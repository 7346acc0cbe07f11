import Factorization
import XCTest

/// Recommendations against a full sort of all predictions.
final class RecommendationTests: XCTestCase {
  /// The plain way: predict everything, sort, cut.
  private func reference(
    _ count: Int, row: Int, model: Model, excluding seen: Set<Int> = [], isClipped: Bool? = nil
  ) -> [Recommendation] {
    let candidates = (0..<model.description.columns)
      .filter { !seen.contains($0) }
      .map { column in
        TopScores.Entry(
          index: column, score: model.prediction(row: row, column: column, isClipped: false))
      }
    let best = candidates.sorted { ($1.score, $0.index) < ($0.score, $1.index) }
    return best.prefix(count).map { entry in
      Recommendation(
        column: entry.index,
        prediction: model.prediction(row: row, column: entry.index, isClipped: isClipped))
    }
  }

  func testRecommendationsAreTheHeadOfAFullSort() {
    for (rows, columns, factors) in [(1, 1, 1), (3, 15, 5), (70, 100, 16), (130, 333, 33)] {
      let model = TestModel.random(rows: rows, columns: columns, factors: factors)
      for count in [0, 1, 10, columns + 5] {
        let all = Array((0..<rows).reversed())
        let lists = model.recommendations(count, forRows: all)
        XCTAssertEqual(lists.count, rows)
        for (row, list) in zip(all, lists) {
          XCTAssertEqual(list, reference(count, row: row, model: model))
        }
      }
    }
  }

  func testModelsWithoutBiasesAndMeanAreRankedToo() {
    let model = TestModel.random(
      rows: 9, columns: 50, factors: 8, hasBiases: false, globalMean: nil)
    for (row, list) in model.recommendations(7, forRows: Array(0..<9), isClipped: false)
      .enumerated()
    {
      XCTAssertEqual(list, reference(7, row: row, model: model, isClipped: false))
    }
  }

  func testEqualScoresComeInTheOrderOfDenseIndices() {
    let columns = 100
    let model = Model(
      description: TestModel.description(rows: 1, columns: columns, factors: 1, hasBiases: false),
      rowFactors: [1], columnFactors: (0..<columns).map { Float($0 % 4) / 8 },
      rowIdentifiers: .integers([1]), columnIdentifiers: .integers((0..<columns).map(Int64.init)))
    let list = model.recommendations(30, forRows: [0])[0]
    XCTAssertEqual(list.prefix(25).map(\.column), (0..<25).map { 4 * $0 + 3 })
    XCTAssertEqual(list.suffix(5).map(\.column), [2, 6, 10, 14, 18])
  }

  func testClippingDoesNotChangeTheOrder() {
    let model = Model(
      description: TestModel.description(rows: 1, columns: 3, factors: 1, hasBiases: false),
      rowFactors: [1], columnFactors: [2, 4, 3], rowIdentifiers: .integers([1]),
      columnIdentifiers: .integers([1, 2, 3]))
    let list = model.recommendations(3, forRows: [0])[0]
    XCTAssertEqual(list.map(\.column), [1, 2, 0])
    XCTAssertEqual(list.map(\.prediction), [5, 5, 5])
    XCTAssertEqual(
      model.recommendations(1, forRows: [0], isClipped: false)[0],
      [Recommendation(column: 1, prediction: 7.5)])
  }

  func testSeenColumnsAreLeftOutOfTheirRowOnly() {
    let model = TestModel.random(rows: 20, columns: 60, factors: 6)
    var generator = SplitMix(state: 1)
    var seen = [Set<Int>](repeating: [], count: 20)
    for row in 0..<20 where row != 4 {
      for column in 0..<60 where Bool.random(using: &generator) { seen[row].insert(column) }
    }
    seen[7] = Set(0..<60)
    let pairs = seen.enumerated().flatMap { row, columns in
      columns.flatMap { [(row: row, column: $0), (row: row, column: $0)] }
    }
    let lists = model.recommendations(
      10, forRows: Array(0..<20), excluding: PairSet(pairs.shuffled(using: &generator)))
    for (row, list) in lists.enumerated() {
      XCTAssertEqual(list, reference(10, row: row, model: model, excluding: seen[row]))
    }
    XCTAssertEqual(lists[7], [])
  }

  func testTopScoresDoNotDependOnTheOrderOfInsertion() {
    var generator = SplitMix(state: 2)
    let entries = (0..<200).map { index in
      TopScores.Entry(index: index, score: Float(Int.random(in: 0..<20, using: &generator)))
    }
    let expected = entries.sorted { ($1.score, $0.index) < ($0.score, $1.index) }
    for limit in [0, 1, 2, 17, 200, 300] {
      for _ in 0..<10 {
        var top = TopScores(limit: limit)
        for entry in entries.shuffled(using: &generator) {
          top.insert(index: entry.index, score: entry.score)
        }
        XCTAssertEqual(top.sorted(), Array(expected.prefix(limit)))
      }
    }
  }

  func testScoresThatAreNoNumbersAreLeftOut() {
    var top = TopScores(limit: 3)
    for (index, score) in [Float.nan, 1, .nan, -.infinity, .nan].enumerated() {
      top.insert(index: index, score: score)
    }
    XCTAssertEqual(top.sorted().map(\.index), [1, 3])
  }
}
