import MPI

// Measures the wrapper beside the same calls in plain C, in the same process.
//
//   mpirun -n 2 mpi-bench [--json] [--rounds N]

withMPI { world in
  let options = try Options(CommandLine.arguments.dropFirst(), on: world)
  let report = Report(asJSON: options.json, ranks: world.size)
  if world.rank == 0 { report.printHeading() }
  for measurement in Measurement.all(ranks: world.size) {
    let result = try measurement.run(rounds: options.rounds, on: world)
    if world.rank == 0 { report.print(result, of: measurement) }
  }
}
