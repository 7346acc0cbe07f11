import MPI

/// What the command line asks for.
struct Options {
  /// Whether to print one JSON object a line instead of a table.
  var json = false
  /// How many times both halves are measured, one after the other; a quarter of that from 8 MiB.
  var rounds = 201
  /// The only operation to measure, where not all.
  var operation: Measurement.Operation?
  /// The bytes of the smallest message and of the largest.
  var bytes = 8...Int.max

  /// Reads the arguments, which all ranks have; throws what all ranks find wrong with them.
  init(_ arguments: some Sequence<String>, on world: borrowing Communicator) throws(UsageError) {
    var arguments = Array(arguments)
    while let argument = arguments.first {
      arguments.removeFirst()
      switch argument {
      case "--json":
        json = true
      case "--rounds":
        guard let rounds = arguments.first.flatMap({ Int($0) }), rounds > 0 else {
          throw UsageError("--rounds wants a number from 1")
        }
        self.rounds = rounds
        arguments.removeFirst()
      case "--only":
        guard let operation = arguments.first.flatMap(Measurement.Operation.init) else {
          throw UsageError("--only wants an operation, such as ping-pong")
        }
        self.operation = operation
        arguments.removeFirst()
      case "--smallest":
        guard let smallest = arguments.first.flatMap({ Int($0) }), smallest <= bytes.upperBound
        else { throw UsageError("--smallest wants a number of bytes, at most those of --largest") }
        bytes = smallest...bytes.upperBound
        arguments.removeFirst()
      case "--largest":
        guard let largest = arguments.first.flatMap({ Int($0) }), largest >= bytes.lowerBound else {
          throw UsageError("--largest wants a number of bytes from \(bytes.lowerBound)")
        }
        bytes = bytes.lowerBound...largest
        arguments.removeFirst()
      default:
        throw UsageError("unknown option \(argument)")
      }
    }
    if world.size < 2 { throw UsageError("a ping-pong needs two ranks") }
  }
}

/// A command line that cannot be used.
struct UsageError: AgreedFailure {
  let exitCode: Int32 = 2
  let sentence: String

  init(_ problem: String) {
    sentence =
      "\(problem); usage: mpirun -n 2 mpi-bench [--json] [--rounds N]"
      + " [--only ping-pong|exchange|allReduce] [--smallest BYTES] [--largest BYTES]"
  }
}
