import MPI

// Measures the wrapper beside the same calls in plain C, in the same process; `Options` has the command line.

withMPI { world in
  let options = try Options(CommandLine.arguments.dropFirst(), on: world)
  let measurements = try options.measurements
  let report = Report(asJSON: options.json, ranks: world.size)
  if world.rank == 0 { report.printHeading() }
  for measurement in measurements {
    let result = try measurement.run(rounds: options.rounds, on: world)
    if world.rank == 0 { report.print(result, of: measurement) }
  }
}
