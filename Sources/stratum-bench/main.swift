import Foundation

// Measures what one core does, and writes each figure as a line of JSON too. `make bench` runs it together
// with what needs ranks, see Docs/benchmarks.md.
//
//   stratum-bench [--output FILE] rates                  kernels in cache and on a large matrix, and the roofline
//   stratum-bench [--output FILE] reading FILE...        reading files of ratings
//   stratum-bench [--output FILE] balance BLOCKS FILE... how even a grid makes the blocks of a stratum
//   stratum-bench work train|train-adagrad|evaluate K N  a fixed piece of work, N times: for counting instructions
//   stratum-bench work cut N
//   stratum-bench work read FILE N

var arguments = Array(CommandLine.arguments.dropFirst())
var output: String?
if arguments.first == "--output", arguments.count > 1 {
  output = arguments[1]
  arguments.removeFirst(2)
}
let records = try RecordFile(path: output)
switch arguments.first {
case "rates": try measureRates(records)
case "reading": for path in arguments.dropFirst() { try measureReading(of: path, records) }
case "balance" where arguments.count > 2:
  for path in arguments.dropFirst(2) {
    try measureBalance(of: path, blocks: Int(arguments[1]) ?? 64, records)
  }
case "work": try CountedWork(arguments.dropFirst()).run()
default:
  print(
    "usage: stratum-bench [--output FILE] rates | reading FILE... | balance BLOCKS FILE... |"
      + " work PIECE... TIMES")
  exit(64)
}
