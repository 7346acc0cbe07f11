import DistributedFactorization
import XCTest

/// What is found out about where ranks are.
final class PlacementTests: XCTestCase {
  private func rank(_ host: String, threads: Int = 1, cpus: [Int]) -> Placement.Rank {
    Placement.Rank(host: host, threads: threads, cpus: cpus, cpusOfHost: 8)
  }

  func testHostsAreInOrderOfTheirFirstRanks() {
    let placement = Placement([
      rank("b", cpus: [0]), rank("a", cpus: [0]), rank("b", cpus: [1]),
    ])
    XCTAssertEqual(placement.hosts.map(\.name), ["b", "a"])
    XCTAssertEqual(placement.hosts.map { $0.ranks.map(\.cpus) }, [[[0], [1]], [[0]]])
    XCTAssertEqual(placement.crowds, [])
  }

  func testRanksThatShareEnoughCPUsAreNoCrowd() {
    let all = Array(0..<8)
    XCTAssertEqual(
      Placement((0..<4).map { _ in rank("a", threads: 2, cpus: all) }).crowds, [])
    XCTAssertEqual(
      Placement([rank("a", threads: 8, cpus: all), rank("b", threads: 8, cpus: all)]).crowds, [])
  }

  func testACrowdIsOfRanksWithCommonCPUs() throws {
    let placement = Placement([
      rank("a", threads: 2, cpus: [0, 1]), rank("a", threads: 1, cpus: [4]),
      rank("a", threads: 1, cpus: [2, 3]), rank("a", threads: 3, cpus: [1, 2]),
    ])
    let crowd = try XCTUnwrap(placement.crowds.first)
    XCTAssertEqual(placement.crowds.count, 1)
    XCTAssertEqual([crowd.ranks, crowd.threads, crowd.cpus, crowd.cpusOfHost], [3, 6, 4, 8])
  }

  func testABindingThatWasAskedForIsKept() {
    let bound = ["OMPI_MCA_orte_bound_at_launch": "1"]
    XCTAssertTrue(UnaskedBinding.isSaid(by: bound))
    XCTAssertFalse(UnaskedBinding.isSaid(by: [:]))
    // What --bind-to and --map-by become.
    for name in ["hwloc_base_binding_policy", "rmaps_base_mapping_policy"] {
      let asked = bound.merging(["OMPI_MCA_\(name)": "core"]) { $1 }
      XCTAssertFalse(UnaskedBinding.isSaid(by: asked))
    }
  }

  func testCPUsAreWrittenAsLinuxWritesThem() {
    XCTAssertEqual(ProcessStatus.list(ofCPUs: [0, 1, 2, 5, 8, 9]), "0-2,5,8-9")
    XCTAssertEqual(ProcessStatus.list(ofCPUs: []), "")
  }
}
