#!/usr/bin/env python3
"""How fast this machine trains and reads: kernels, the roofline, epochs, files, MPI, instructions.

usage: Docs/benchmarks/bench.py DIRECTORY COUNTED [OUTPUT.jsonl] [--record]
  DIRECTORY       holds the programs stratum, stratum-bench and mpi-bench
  COUNTED         holds stratum-bench built for a CPU that valgrind knows
  OUTPUT.jsonl    where each figure goes as an object a line, after one of the machine (bench/bench.jsonl)
  --record        keep the counted instructions in instructions.json, for later runs to compare with

Prints tables. Docs/benchmarks.md says what they mean.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import epochs
import instructions
import machine

TOP = machine.TOP
READ = "gaussian:ratings=3e6"
MPI_ROUNDS = 51


def run(*command, **options):
    sys.stdout.flush()
    return subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL, **options)


def measure_reading(programs, output, directory):
    plain = directory / "ratings.tsv"
    run(programs / "stratum", "generate", READ, "--output", plain, stdout=subprocess.DEVNULL)
    run("gzip", "--keep", plain)
    print(f"\nReading {READ}, one process, the file in the page cache")
    run(programs / "stratum-bench", "--output", output, "reading", plain, f"{plain}.gz")


def measure_mpi(programs, output):
    print("\nThe MPI wrapper beside the same calls in plain C (mpi-bench)")
    command = [TOP / ".ci/mpirun", 2, 300, programs / "mpi-bench", "--rounds", MPI_ROUNDS, "--json"]
    lines = run(*command, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    print(f"{'':<16}{'bytes':>10}{'C (us)':>12}{'Swift (us)':>12}{'ns a call':>11}{'overhead':>10}")
    with open(output, "a") as records:
        for line in lines:
            record = {"benchmark": "mpi", **json.loads(line)}
            print(json.dumps(record), file=records)
            print(
                f"{record['operation']:<16}{record['bytes']:>10}{1e6 * record['plainSeconds']:>12.3f}"
                f"{1e6 * record['swiftSeconds']:>12.3f}{record['overheadNanosecondsPerCall']:>11.0f}"
                f"{record['overheadPercent']:>+8.2f} % +/- {record['spreadPercent']:.2f}"
            )


def main():
    words = [word for word in sys.argv[1:] if word != "--record"]
    programs, counted = (pathlib.Path(word).resolve() for word in words[:2])
    output = pathlib.Path(words[2]) if len(words) > 2 else TOP / "bench" / "bench.jsonl"
    output.parent.mkdir(parents=True, exist_ok=True)

    def add(records):
        for record in records:
            with open(output, "a") as file:
                print(json.dumps(record), file=file)

    description = machine.description()
    output.write_text(json.dumps(description) + "\n")
    for name, value in description.items():
        if name != "benchmark":
            print(f"{name:<10}{', '.join(f'{k} {v}' for k, v in value.items()) if name == 'caches' else value}")
    print()
    run(programs / "stratum-bench", "--output", output, "rates")
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        add(epochs.measure(programs, directory))
        measure_reading(programs, output, directory)
        measure_mpi(programs, output)
        add(instructions.measure(programs, counted, directory, record_anew="--record" in sys.argv))
    print(f"\n{output}")


if __name__ == "__main__":
    main()
