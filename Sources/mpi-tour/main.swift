import MPI

// A tour of the MPI module: one small example in each file of this folder.
//
//   mpirun -n 4 mpi-tour        lists the examples
//   mpirun -n 4 mpi-tour 3      runs the third

/// The examples, in the order of their numbers.
let examples: [(title: String, run: (borrowing Communicator) throws -> Void)] = [
  ("Hello", hello),
  ("Messages", messages),
  ("Exchange", exchange),
  ("Unknown lengths", unknownLengths),
  ("Reductions", reductions),
  ("Giving a buffer", giving),
  ("Lending memory", lending),
  ("Several at once", severalAtOnce),
  ("Persistent transfers", persistentTransfers),
  ("Blocks of any length", blocksOfAnyLength),
  ("Structs", structs),
  ("Groups", groups),
  ("Files", files),
  ("Errors", errors),
]

/// A command line that names no example.
struct UsageError: AgreedFailure {
  let exitCode: Int32 = 2
  let sentence = "usage: mpirun -n 4 mpi-tour NUMBER; without a number it lists the examples"
}

withMPI { world in
  let arguments = CommandLine.arguments.dropFirst()
  if arguments.isEmpty {
    if world.rank == 0 {
      for (index, example) in examples.enumerated() { print("\(index + 1). \(example.title)") }
    }
    return
  }
  guard arguments.count == 1, let number = arguments.first.flatMap({ Int($0) }),
    examples.indices.contains(number - 1)
  else { throw UsageError() }
  try examples[number - 1].run(world)
}
