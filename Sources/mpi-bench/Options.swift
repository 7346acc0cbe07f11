import MPI

/// What the command line asks for.
struct Options {
  /// Whether to print one JSON object a line instead of a table.
  var json = false
  /// How many times both halves are measured, one after the other; a quarter of that from 8 MiB.
  var rounds = 201
  /// The only operation to measure, where not all.
  var operation: Measurement.Operation?
  /// The bytes of the smallest message.
  var smallestBytes = 1
  /// The bytes of the largest message.
  var largestBytes = Int.max

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
        guard let bytes = arguments.first.flatMap({ Int($0) }), bytes > 0 else {
          throw UsageError("--smallest wants a number of bytes")
        }
        smallestBytes = bytes
        arguments.removeFirst()
      case "--largest":
        guard let bytes = arguments.first.flatMap({ Int($0) }), bytes > 0 else {
          throw UsageError("--largest wants a number of bytes")
        }
        largestBytes = bytes
        arguments.removeFirst()
      default:
        throw UsageError("unknown option \(argument)")
      }
    }
    if world.size < 2 { throw UsageError("there must be two ranks or more") }
  }

  /// What is measured.
  var measurements: [Measurement] {
    get throws(UsageError) {
      let wanted = Measurement.all.filter {
        (operation == nil || $0.operation == operation)
          && smallestBytes <= $0.bytes && $0.bytes <= largestBytes
      }
      if wanted.isEmpty { throw UsageError("no message has a size from --smallest to --largest") }
      return wanted
    }
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
