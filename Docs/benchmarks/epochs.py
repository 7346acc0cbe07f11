"""What the threads of `stratum train` do in an epoch, from its training log."""

import json
import statistics
import subprocess

from machine import TOP

# Name, options of `stratum train`.
DATA = [
    ("ratings-like, 1 million, k = 100", "--synthetic ratings-like:ratings=1e6"),
    (
        "Gaussian, 10 million, k = 64",
        "--synthetic gaussian:ratings=1e7 --factors 64 --no-biases --regularization 0.01",
    ),
]
# Ranks and threads of each.
TEAMS = [(1, 1), (1, 2), (2, 1)]
RUNS = 3
SECONDS_ALLOWED = 300


def epochs(programs, directory, options, ranks, threads):
    """The records of the epochs of one run, without the state before training."""
    log = directory / "log.jsonl"
    # One rank is started without mpirun, which would bind it and all its threads to one core.
    launcher = [] if ranks == 1 else [TOP / ".ci/mpirun", str(ranks), str(SECONDS_ALLOWED)]
    subprocess.run(
        [*launcher, programs / "stratum", "train"]
        + [*options.split(), "--threads", str(threads), "--test-fraction", "0.1", "--quiet"]
        + ["--output", directory / "model", "--force", "--log", log],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return [json.loads(line) for line in log.read_text().splitlines()][1:]


def measure(programs, directory):
    """Yields a record for each data set and team: medians over all epochs of all runs."""
    print(
        f"\nEpochs of `stratum train`, a tenth held out: milliseconds of a thread, medians over the epochs of "
        f"{RUNS} runs\n(loss: sums, and the pass over the test ratings, after the epoch)\n"
        f"{'':<34}{'ranks':>6}{'threads':>8}{'epoch':>9}{'compute':>9}{'rotation':>9}{'waiting':>9}"
        f"{'loss':>7}{'M ratings/s':>13}"
    )
    for name, options in DATA:
        # In rounds over the teams, so that what disturbs the machine for a while disturbs all alike.
        records = {team: [] for team in TEAMS}
        for _ in range(RUNS):
            for ranks, threads in TEAMS:
                records[ranks, threads] += epochs(programs, directory, options, ranks, threads)
        for ranks, threads in TEAMS:
            of_team = records[ranks, threads]

            def median(field, of_team=of_team):
                values = [record[field] for record in of_team]
                return statistics.median(v["mean"] if isinstance(v, dict) else v for v in values)

            seconds = {
                part: median(part + "Seconds") for part in ("epoch", "compute", "rotation", "waiting", "loss")
            }
            rate = median("ratingsPerSecond")
            milliseconds = {part: 1000 * value for part, value in seconds.items()}
            print(
                f"{name:<34}{ranks:>6}{threads:>8}{milliseconds['epoch']:>9.1f}{milliseconds['compute']:>9.1f}"
                f"{milliseconds['rotation']:>9.2f}{milliseconds['waiting']:>9.2f}{milliseconds['loss']:>7.1f}"
                f"{rate / 1e6:>13.1f}",
                flush=True,
            )
            yield {
                "benchmark": "epoch",
                "data": name,
                "options": options,
                "ranks": ranks,
                "threads": threads,
                "ratingsPerSecond": rate,
                **{part + "Seconds": value for part, value in seconds.items()},
            }
