import ArgumentParser
import DistributedFactorization
import Factorization
import MPI

/// `stratum import`: a file of ratings to one that is read faster.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Write ratings to a file that other commands read faster.",
    discussion: """
      The file can stand wherever a file of ratings can, and gives the same model. Start it with \
      mpirun or srun to read and write on several ranks.
      """)

  @Argument(help: "Ratings: text with row, column and value, MatrixMarket, or gzip of these.")
  var ratings: String

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  @Flag(help: "Replace the file that stands at --output.")
  var force = false

  @OptionGroup(title: "Layout of the ratings file") var format: RatingFormatOptions

  func run() throws {
    onAllRanks { world in
      let file = ImportedFile(path: output, replacesFile: force)
      // Known now, and not after reading for minutes.
      try file.check(world)
      let indexed = try IndexedRatings(
        .file(path: ratings, format: format.format), testPath: nil, testFraction: 0, seed: 0,
        world)
      let count = try file.write(indexed, world)
      guard world.rank == 0 else { return }
      print(
        "\(grouped(count)) ratings of \(grouped(indexed.rowIdentifiers.count)) rows and",
        "\(grouped(indexed.columnIdentifiers.count)) columns in \(output)")
    }
  }
}
