import MPI

// Measures the wrapper beside the same calls in plain C, in the same process.
//
//   mpirun -n 2 mpi-bench [--json] [--rounds N] [--only ping-pong|exchange|allReduce]
//     [--smallest BYTES] [--largest BYTES]

withMPI { world in
  let options = try Options(CommandLine.arguments.dropFirst(), on: world)
  let report = Report(asJSON: options.json, ranks: world.size)
  if world.rank == 0 { report.printHeading() }
  let measurements = Measurement.all(ranks: world.size).filter {
    options.bytes.contains($0.bytes) && $0.operation == options.operation ?? $0.operation
  }
  for measurement in measurements {
    let result = try measurement.run(rounds: options.rounds, on: world)
    if world.rank == 0 { report.print(result, of: measurement) }
  }
}
