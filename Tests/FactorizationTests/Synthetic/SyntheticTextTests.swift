import Factorization
import Foundation
import XCTest

final class SyntheticTextTests: XCTestCase {
  func testDescriptionsAreReadBack() throws {
    for matrix: SyntheticMatrix in [
      .gaussian(try GaussianMatrix()),
      .gaussian(
        try GaussianMatrix(
          rows: 7, columns: 8, ratings: 9, factors: 3, variance: 0.1, noise: 1e-9, seed: .max)),
      .ratingsLike(try RatingsLike()),
      .ratingsLike(try RatingsLike(rows: 480_189, columns: 17_770, ratings: 100_480_507, seed: 0)),
    ] {
      XCTAssertEqual(try SyntheticMatrix("\(matrix)"), matrix)
    }
  }

  func testWhatIsLeftOutHasADefault() throws {
    XCTAssertEqual(try SyntheticMatrix("gaussian"), .gaussian(try GaussianMatrix()))
    XCTAssertEqual(
      try SyntheticMatrix("gaussian:ratings=1e6,seed=4"),
      .gaussian(try GaussianMatrix(ratings: 1_000_000, seed: 4)))
    XCTAssertEqual(
      try SyntheticMatrix("ratings-like:columns=100,rows=50,ratings=2000"),
      .ratingsLike(try RatingsLike(rows: 50, columns: 100, ratings: 2000)))
  }

  func testMistakesAreNamed() {
    let sentences = [
      "film": "there is no synthetic matrix “film”: choose gaussian or ratings-like, for example"
        + " ratings-like:rows=6040,columns=3706,ratings=1000000,seed=1",
      "gaussian:rows": "“rows” in “gaussian:rows” should read name=value",
      "gaussian:rows=1,rows=2": "“rows” is given twice in “gaussian:rows=1,rows=2”",
      "gaussian:rows=many": "rows=many of gaussian is not a whole number",
      "gaussian:rows=1.5": "rows=1.5 of gaussian is not a whole number",
      "gaussian:noise=x": "noise=x of gaussian is not a number",
      "gaussian:seed=-1":
        "seed=-1 of gaussian is not a whole number from 0 to 18446744073709551615",
      "ratings-like:factors=3":
        "ratings-like has no “factors”: it has rows, columns, ratings, seed",
      "ratings-like:rows=0":
        "a synthetic matrix has from 1 to 4294967294 rows and columns, not 0 and 3706",
      "ratings-like:rows=2,columns=3,ratings=7":
        "a synthetic matrix of 2 rows and 3 columns has from 1 to 6 ratings, not 7",
      "gaussian:factors=0": "a synthetic matrix has from 1 to 65536 factors, not 0",
      "gaussian:variance=0":
        "the variance of a synthetic matrix is positive and at most 1e36 over its factors, not 0.0",
      "gaussian:variance=1e300":
        "the variance of a synthetic matrix is positive and at most 1e36 over its factors, not 1e+300",
      "gaussian:noise=-1": "the noise of a synthetic matrix lies between 0 and 1e36, not -1.0",
      "gaussian:noise=1e300": "the noise of a synthetic matrix lies between 0 and 1e36, not 1e+300",
      "gaussian:noise=nan": "the noise of a synthetic matrix lies between 0 and 1e36, not nan",
    ]
    for (text, sentence) in sentences {
      XCTAssertThrowsError(try SyntheticMatrix(text), text) { error in
        XCTAssertEqual("\(error)", sentence)
      }
    }
  }

  func testAMatrixThatNoMemoryHoldsIsRefused() throws {
    try XCTSkipIf(ProcessInfo.processInfo.physicalMemory > 100 << 30, "this machine might hold it")
    for text in ["ratings-like:rows=1,columns=4e9", "gaussian:rows=1,columns=4e9"] {
      XCTAssertThrowsError(try SyntheticMatrix(text + ",ratings=9")) { error in
        XCTAssertEqual(
          "\(error)",
          "a synthetic matrix of 1 rows and 4000000000 columns does not fit into this machine's"
            + " memory: give fewer")
      }
    }
  }
}
