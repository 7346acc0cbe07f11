#!/usr/bin/env python3
"""Stratum beside LIBMF's mf-train, which is built by hand: update rates, and seconds until a test RMSE.

usage: Docs/benchmarks/mf_train.py rates   MF_TRAIN DIRECTORY RATINGS.tsv [ROUNDS]
       Docs/benchmarks/mf_train.py quality MF_TRAIN DIRECTORY FOLDER [NAME:FACTORS[:THREADS]]...
  DIRECTORY   holds the program `stratum`
  FOLDER      gets the data, a tenth of it held out, where it is not there yet
  NAME        is r1, r10, r25 or gauss; without any all that the page of benchmarks has, on one thread

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
MOST_EPOCHS = 25
# The runs of Stratum whose rates are compared: LIBMF has no biases.
VARIANTS = [[], ["--no-biases"], ["--adagrad"]]
# The data by name: what `stratum generate` makes, and options of `stratum train` beside its defaults.
DATA = {
    "r1": ("ratings-like:ratings=1e6", []),
    "r10": ("ratings-like:rows=69878,columns=10677,ratings=1e7", []),
    "r25": ("ratings-like:ratings=25e6,rows=162541,columns=59047", []),
    "gauss": ("gaussian:rows=100000,columns=10000,ratings=1e7,seed=1", ["--no-biases"]),
}
ALL = [f"{name}:{k}" for name in ("r1", "r10", "r25") for k in (32, 64, 128)]
ALL += [f"gauss:{k}" for k in (10, 32, 64, 128)]
# What is held out, less what has no row or column among the rest.
SPLIT = """
awk -v t=$1.train.tsv -v e=$1.all.tsv 'BEGIN { srand(2011) } { print > (rand() < 0.1 ? e : t) }' $1.tsv
awk 'NR == FNR { r[$1]; c[$2]; next } ($1 in r) && ($2 in c)' $1.train.tsv $1.all.tsv > $1.test.tsv
rm $1.tsv $1.all.tsv
"""


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
    heads = [" ".join(["Stratum", *options]) for options in VARIANTS]
    print(f"{'k':>4}{'LIBMF':>18}" + "".join(f"{head:>22}{'ratio':>15}" for head in heads))
    for factors in [16, 32, 64, 100, 128]:

        def rate(seconds):
            return 10 * count / 1e6 / (seconds(12) - seconds(2))

        rounds_of = [
            (
                rate(lambda epochs: programs.run_libmf(ratings, factors, epochs, 1, 0.01, 0.1)[0]),
                [
                    rate(lambda epochs: programs.run_stratum(ratings, factors, epochs, 1, options)[0][0])
                    for options in VARIANTS
                ],
            )
            for _ in range(rounds)
        ]

        def cell(values):
            return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"

        row = f"{factors:>4}{cell([libmf for libmf, _ in rounds_of]):>18}"
        for variant in range(len(VARIANTS)):
            row += f"{cell([of_stratum[variant] for _, of_stratum in rounds_of]):>22}"
            row += f"{cell([of_stratum[variant] / libmf for libmf, of_stratum in rounds_of]):>15}"
        print(row, flush=True)


def part(programs, folder, name):
    """The path of the data without .train.tsv and .test.tsv, which are made where they are not there."""
    path = folder / name
    if not pathlib.Path(f"{path}.test.tsv").exists():
        timed([programs.directory / "stratum", "generate", DATA[name][0], "--output", f"{path}.tsv"])
        subprocess.run(["sh", "-c", SPLIT, "sh", path], check=True)
    return path


def curves_of_libmf(programs, path, factors):
    """Test RMSE by epoch for each penalty and first step."""
    curves = {}
    for penalty in PENALTIES["gauss" if path.name == "gauss" else "ratings"]:
        for step in STEPS:
            output = programs.run_libmf(
                f"{path}.train.tsv", factors, MOST_EPOCHS, 2, penalty, step, f"{path}.test.tsv"
            )[1]  # fmt: skip
            rows = [line.split() for line in output.splitlines()]
            curves[penalty, step] = [float(row[2]) for row in rows if row and row[0].isdigit()]
    return curves


def epochs_until(target, curve):
    """The epochs until a curve is at or below a target; infinite where it never is."""
    return next((epoch for epoch, error in enumerate(curve, 1) if error <= target), float("inf"))


def seconds_an_epoch(run):
    """Processor seconds of an epoch, from three runs with 12 epochs and with 2 in turn."""
    return statistics.median((run(12) - run(2)) / 10 for _ in range(3))


def quality(programs, path, factors, threads):
    """Seconds of training until the test RMSE that both reach.

    LIBMF has the options that get there soonest of all that are tried. Stratum's seconds have its search for ε₀ in
    them, the shortest of the runs, since the program tells only wall-clock time of it."""
    train, options = f"{path}.train.tsv", DATA[path.name][1]
    curves = curves_of_libmf(programs, path, factors)
    measured = ["--test", f"{path}.test.tsv", "--no-clip", *options]
    command = ["--factors", factors, "--threads", 1, "--force", "--output", programs.scratch / "stratum"]
    timed([programs.directory / "stratum", "train", train, "--log", programs.scratch / "log", *command, *measured])
    log = [json.loads(line) for line in (programs.scratch / "log").read_text().splitlines()]
    errors = [record["testRMSE"] for record in log if record["epoch"] > 0]
    best = min(min(curve) for curve in curves.values())
    # A little above the best, since the last ten-thousandths take long in both.
    target = max(best, min(errors)) + 0.0005
    penalty, step = min(curves, key=lambda options: epochs_until(target, curves[options]))
    of_libmf, of_stratum = epochs_until(target, curves[penalty, step]), epochs_until(target, errors)
    libmf = seconds_an_epoch(
        lambda epochs: programs.run_libmf(train, factors, epochs, threads, penalty, step)[0] / threads
    )
    searches = []

    def run_stratum(epochs):
        (seconds, output), _ = programs.run_stratum(train, factors, epochs, threads, options)
        searches.append(float(output.split("finding the first step ")[1].split()[0]))
        return seconds / threads

    stratum = seconds_an_epoch(run_stratum)
    search = min(searches)
    until = of_libmf * libmf, search + of_stratum * stratum
    print(
        f"| {path.name} | {factors} | {threads} | {target:.4f} | {until[0]:.2f} ({of_libmf} × {libmf:.3f}) "
        f"| {until[1]:.2f} ({of_stratum} × {stratum:.3f} + {search:.2f}) | {until[0] / until[1]:.1f} "
        f"| {best:.4f} | {errors[-1]:.4f} | `-l2 {penalty} -r {step}` |",
        flush=True,
    )


def main():
    what, libmf, directory, data = sys.argv[1:5]
    programs = Programs(libmf, directory)
    if what == "rates":
        rates(programs, data, int(sys.argv[5]) if len(sys.argv) > 5 else 3)
    else:
        folder = pathlib.Path(data)
        folder.mkdir(parents=True, exist_ok=True)
        for row in sys.argv[5:] or ALL:
            name, factors, threads = (row + ":1").split(":")[:3]
            quality(programs, part(programs, folder, name), int(factors), int(threads))


main()
