#!/usr/bin/env python3
"""Stratum beside LIBMF's mf-train, which is built by hand: update rates, and seconds until a test RMSE.

usage: Docs/benchmarks/mf_train.py rates   MF_TRAIN DIRECTORY RATINGS.tsv [ROUNDS]
       Docs/benchmarks/mf_train.py quality MF_TRAIN DIRECTORY NAME FACTORS [OPTIONS OF stratum train]
  DIRECTORY   holds the program `stratum`
  NAME        stands for NAME.train.tsv and NAME.test.tsv

mf-train tells no times, and wall-clock time says little on a shared machine. So for both programs an epoch is a
tenth of the difference in processor time of runs with 12 epochs and with 2, over the number of threads or ranks:
what it would take if these never waited for a core. Medians of rounds.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
SECONDS_ALLOWED = "3600"
# What is tried of LIBMF: λ by kind of data, and its first step.
PENALTIES = {"ratings": [0.03, 0.05, 0.07], "gauss": [0.003, 0.01, 0.03]}
STEPS = [0.1, 0.2]


def timed(command):
    """Processor seconds of a program and its children, and what it printed."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([str(word) for word in command], stdout=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"{' '.join(map(str, command))} failed")
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, output.read().decode()


class Programs:
    def __init__(self, libmf, directory):
        self.libmf = pathlib.Path(libmf).resolve()
        self.directory = pathlib.Path(directory).resolve()
        self.scratch = pathlib.Path(tempfile.mkdtemp())

    def run_libmf(self, train, factors, epochs, threads, penalty, step, test=None):
        measured = ["-p", test] if test else []
        return timed(
            [self.libmf, "-f", 0, "-k", factors, "-s", threads, "-t", epochs, "-l2", penalty, "-r", step]
            + [*measured, train, self.scratch / "libmf"]
        )

    def run_stratum(self, train, factors, epochs, ranks, options):
        launcher = [TOP / ".ci/mpirun", ranks, SECONDS_ALLOWED] if ranks > 1 else []
        result = timed(
            [*launcher, self.directory / "stratum", "train", train, "--factors", factors, "--epochs", epochs]
            + ["--threads", 1, "--force", "--output", self.scratch / "stratum", "--log", self.scratch / "log", *options]
        )
        log = (self.scratch / "log").read_text().splitlines()
        return result, [json.loads(line) for line in log]


def rates(programs, ratings, rounds):
    """Million updates a second of one thread, by processor time; medians of rounds, ratios within rounds."""
    count = sum(1 for _ in open(ratings, "rb"))
    print(f"{'k':>4}{'LIBMF':>16}{'Stratum':>18}{'ratio':>14}{'with --adagrad':>18}{'ratio':>14}")
    for factors in [16, 32, 64, 100, 128]:
        measured = []
        for _ in range(rounds):
            run = {
                "libmf": lambda epochs: programs.run_libmf(ratings, factors, epochs, 1, 0.01, 0.1)[0],
                "stratum": lambda epochs: programs.run_stratum(ratings, factors, epochs, 1, [])[0][0],
                "adagrad": lambda epochs: programs.run_stratum(ratings, factors, epochs, 1, ["--adagrad"])[0][0],
            }
            measured.append({name: 10 * count / 1e6 / (once(12) - once(2)) for name, once in run.items()})

        def cell(values):
            values = list(values)
            return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"

        print(
            f"{factors:>4}{cell(m['libmf'] for m in measured):>18}{cell(m['stratum'] for m in measured):>20}"
            f"{cell(m['stratum'] / m['libmf'] for m in measured):>15}{cell(m['adagrad'] for m in measured):>20}"
            f"{cell(m['adagrad'] / m['libmf'] for m in measured):>15}",
            flush=True,
        )


def best_of_libmf(programs, name, factors):
    """Test RMSE by epoch of the options that get lowest: penalty, step, curve."""
    candidates = []
    for penalty in PENALTIES["gauss" if name.startswith("gauss") else "ratings"]:
        for step in STEPS:
            output = programs.run_libmf(
                f"{name}.train.tsv", factors, 25, 2, penalty, step, f"{name}.test.tsv"
            )[1]  # fmt: skip
            rows = [line.split() for line in output.splitlines()]
            curve = [float(row[2]) for row in rows if row and row[0].isdigit()]
            candidates.append((min(curve), penalty, step, curve))
    return min(candidates)[1:]


def seconds_an_epoch(run):
    """Processor seconds of an epoch, from three runs with 12 epochs and with 2 in turn."""
    return statistics.median((run(12) - run(2)) / 10 for _ in range(3))


def quality(programs, name, factors, options):
    """Seconds of training until the test RMSE that both reach. Stratum's have its search for ε₀ in them."""
    train = f"{name}.train.tsv"
    penalty, step, curve = best_of_libmf(programs, name, factors)
    (_, output), log = programs.run_stratum(
        train, factors, 12, 1, ["--test", f"{name}.test.tsv", "--no-clip", *options]
    )
    search = float(output.split("finding the first step ")[1].split()[0])
    errors = [record["testRMSE"] for record in log if record["epoch"] > 0]
    # A little above the best, since the last ten-thousandths take long in both.
    target = max(min(curve), min(errors)) + 0.0005
    of_libmf, of_stratum = (
        1 + next(epoch for epoch, error in enumerate(each) if error <= target) for each in (curve, errors)
    )
    for workers in (1, 2):
        libmf = seconds_an_epoch(
            lambda epochs: programs.run_libmf(train, factors, epochs, workers, penalty, step)[0] / workers
        )
        stratum = seconds_an_epoch(
            lambda epochs: programs.run_stratum(train, factors, epochs, workers, options)[0][0] / workers
        )
        until = of_libmf * libmf, search + of_stratum * stratum
        print(
            f"| {name} | {factors} | {workers} | {target:.4f} | {until[0]:.2f} ({of_libmf}) "
            f"| {until[1]:.2f} ({of_stratum}) | {until[0] / until[1]:.1f} "
            f"| {min(curve):.4f}, epoch {1 + curve.index(min(curve))}, `-l2 {penalty} -r {step}` "
            f"| {min(errors):.4f}, epoch {1 + errors.index(min(errors))} |",
            flush=True,
        )


def main():
    what, libmf, directory, data = sys.argv[1:5]
    programs = Programs(libmf, directory)
    if what == "rates":
        rates(programs, data, int(sys.argv[5]) if len(sys.argv) > 5 else 3)
    else:
        quality(programs, data, int(sys.argv[5]), sys.argv[6:])


main()
