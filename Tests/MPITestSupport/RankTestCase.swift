import MPI
import XCTest

/// A test case whose tests run in every rank of `mpirun -n N … StratumPackageTests.xctest CLASS`,
/// in the same order; without mpirun in a world of one rank.
///
/// A test uses `world` as a program does inside `withMPI`. Failed assertions are recorded by the
/// rank that finds them, and the test goes on, so that all ranks make the same collective calls. An
/// error that a rank throws out of a test takes the whole job down at once: the other ranks would
/// wait for it for ever.
open class RankTestCase: XCTestCase {
  /// The communicator of all ranks.
  public var world: Communicator {
    do {
      return try TestWorld.world()
    } catch {
      fatalError("\(error)")
    }
  }

  open override class func setUp() {
    super.setUp()
    TestWorld.start()
  }
}

/// MPI's life in a test process: from the first rank test to the end of the last test.
final class TestWorld: NSObject, XCTestObservation, Sendable {
  private static let started: TestWorld = {
    do {
      try Runtime.start(threading: .funneled)
    } catch {
      fatalError("\(error)")
    }
    let world = TestWorld()
    XCTestObservationCenter.shared.addTestObserver(world)
    return world
  }()

  static func start() { _ = started }

  static func world() throws(MPIError) -> Communicator {
    start()
    return try Runtime.world()
  }

  func testCase(
    _ testCase: XCTestCase, didFailWithDescription description: String, inFile filePath: String?,
    atLine lineNumber: Int
  ) {
    // XCTest's only sign of a thrown error, as against a failed assertion, is how its text begins.
    guard testCase is RankTestCase, description.hasPrefix("threw error") else { return }
    do {
      if try Runtime.world().size > 1 { Runtime.abort("\(testCase.name) \(description)") }
    } catch {
      Runtime.abort("\(error)")
    }
  }

  func testBundleDidFinish(_ testBundle: Bundle) {
    do {
      try Runtime.finish()
    } catch {
      Runtime.abort("\(error)")
    }
  }
}
