import ArgumentParser
import DistributedFactorization
import Factorization
import MPI

/// `stratum generate`: a synthetic matrix to a file.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write a synthetic matrix of ratings to a file.",
    discussion: """
      Matrices are
        gaussian:rows=100000,columns=10000,ratings=1e7,factors=10,variance=10,noise=1,seed=1
        ratings-like:rows=6040,columns=3706,ratings=1e6,seed=1
      where every part after the kind can be left out. The file is the same on any number of ranks;
      its lines are row, column and value, separated by tabs. 'stratum train --synthetic MATRIX'
      trains on the same ratings without a file.
      """)

  @Argument(help: "The matrix, e.g. ratings-like:ratings=1000000.")
  var matrix: String

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  @Flag(help: "Replace the file that stands at --output.")
  var force = false

  func run() throws {
    onAllRanks { world in
      let floor = try SyntheticFile(path: output, replacesFile: force)
        .write(try world.agree { () throws(InputError) in try SyntheticMatrix(matrix) }, world)
      guard world.rank == 0 else { return }
      print("\(grouped(floor.count)) ratings in \(output), noise floor \(fixed(floor.rmse, 5))")
    }
  }
}
