import ArgumentParser
import Foundation

/// The command-line tool.
@main
struct Stratum: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stratum",
    abstract: "Factorize large sparse matrices, ratings first of all, on a cluster.",
    version: "0.1.0",
    subcommands: [
      TrainCommand.self, GenerateCommand.self, ImportCommand.self, EvaluateCommand.self,
      PredictCommand.self, RecommendCommand.self, PlanCommand.self, TraceCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot(joiningNegativeNumbers(CommandLine.arguments.dropFirst()))
      if command is any SingleProcessCommand, !LaunchedRank.isFirst { return }
      try command.run()
    } catch {
      fail(error)
    }
  }

  /// Writes `--row -5` as `--row=-5`, and `--rows -5,-6` likewise: the parser would take a negative
  /// number for an option.
  private static func joiningNegativeNumbers(_ arguments: some Sequence<String>) -> [String] {
    var joined: [String] = []
    for argument in arguments {
      let isNegative =
        argument.hasPrefix("-")
        && (Double(argument) != nil || argument.dropFirst().first?.isNumber == true)
      if isNegative, let last = joined.last, last.hasPrefix("-"), !last.contains("=") {
        joined[joined.count - 1] = "\(last)=\(argument)"
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  /// Ends the process: help and version on standard output, anything else as one sentence on standard
  /// error, said by the first process only where several were launched together.
  static func fail(_ error: any Error) -> Never {
    let code = exitCode(for: error)
    guard LaunchedRank.isFirst else {
      // A launcher ends all processes when one fails: the first must have spoken before.
      if code != .success { Thread.sleep(forTimeInterval: 1) }
      exit(withError: code)
    }
    guard code != .success else { exit(withError: error) }
    let sentence = message(for: error)
    if code == .validationFailure {
      say("\(sentence)\(sentence.hasSuffix(".") ? "" : ".") See '\(help)'.")
    } else if !sentence.isEmpty {
      say(sentence)
    }
    exit(withError: code)
  }

  /// What shows the options of the command that was given.
  private static var help: String {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    let command = CommandLine.arguments.dropFirst().first.flatMap { names.contains($0) ? $0 : nil }
    return command.map { "stratum help \($0)" } ?? "stratum --help"
  }

  /// Tells the user something beside the output, on standard error.
  static func say(_ sentence: String) {
    FileHandle.standardError.write(Data("stratum: \(sentence)\n".utf8))
  }
}

/// A command that one process carries out; launched as several, the others end at once.
protocol SingleProcessCommand: ParsableCommand {}
