#!/usr/bin/env python3
"""Convergence by step policy: epochs and loss of each on the same data, from the same start.

usage: Docs/studies/steps.py DIRECTORY     the directory that holds the program `stratum`

As the DSGD paper's authors did on Netflix: k = 50, no biases and no mean, ε₀ found by trial on a sample. Of
each policy and data set it prints how many of 100 epochs it takes to a loss within 1 % of the lowest of its
own run, the loss after 40 epochs, about as many as the authors had, and the loss at the end: medians over
three seeds, which change start, grid and orders, not the data. Losses are exact.

The ratings of MovieLens 100K come as in movielens.py.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import movielens

SEEDS = [1, 2, 3]
EPOCHS = 100
AUTHORS_EPOCHS = 40
OPTIONS = "--factors 50 --no-biases --no-global-mean --regularization 0.05 --blocks 16 --loss-pass exact"

# What is printed, options of `stratum train`, what the authors had on Netflix: epochs and loss.
POLICIES = [
    ("bold driver", "--step bold-driver", "40 | 7.936 · 10⁷"),
    ("bold driver, rises undone", "--step bold-driver --undo-rises", "|"),
    ("automatic", "--step automatic", "|"),
    ("automatic, rises undone", "--step automatic --undo-rises", "|"),
    ("ε₀ / n", "--step power --step-decay 1", "36 | 9.267 · 10⁷"),
    ("ε₀ / n^0.6", "--step power --step-decay 0.6", "42 | 8.469 · 10⁷"),
    ("ε₀ / (1 + 0.05 t^1.5), NOMAD's", "--step nomad", "|"),
    ("constant", "--step constant", "|"),
    ("constant, AdaGrad", "--step constant --adagrad", "|"),
]


def losses(program, data, policy, seed, directory):
    """The loss of the model after each epoch, from before training on; an undone rise leaves it as it was."""
    log = directory / "log.jsonl"
    subprocess.run(
        [program, "train", *data, *OPTIONS.split(), *policy.split(), "--seed", str(seed), "--epochs", str(EPOCHS),
         "--output", directory / "model", "--force", "--log", log, "--quiet"],
        check=True,
    )  # fmt: skip
    by_epoch = {}
    for line in log.read_text().splitlines():
        record = json.loads(line)
        # What diverged is undone too, and its number comes again.
        epoch, is_undone = record["epoch"], record["isUndone"]
        by_epoch[epoch] = by_epoch[epoch - 1] if is_undone else record["loss"]
    return list(by_epoch.values())


def cell(program, data, policy, directory):
    curves = [losses(program, data, policy, seed, directory) for seed in SEEDS]
    epochs = statistics.median(
        next(epoch for epoch, loss in enumerate(curve) if loss <= 1.01 * min(curve)) for curve in curves
    )
    after = [statistics.median(curve[epoch] for curve in curves) for epoch in (AUTHORS_EPOCHS, EPOCHS)]
    return f"{epochs} | {after[0]:,.0f} | {after[1]:,.0f}"


def main():
    program = pathlib.Path(sys.argv[1]).resolve() / "stratum"
    ratings = movielens.DATA / "all.tsv"
    lines = ("\t".join(line.split("\t")[:3]) for line in movielens.ratings_lines())
    ratings.write_text("user\titem\trating\n" + "\n".join(lines) + "\n")
    synthetic = ["--synthetic", "ratings-like:ratings=1000000"]
    losses_of = f"loss after {AUTHORS_EPOCHS} | after {EPOCHS}"
    print(
        f"| steps | MovieLens 100K: epochs | {losses_of} | ratings-like, 1 million: epochs | {losses_of} "
        "| Netflix, the authors': epochs | loss |"
    )
    print("|" + "---|" * 9)
    with tempfile.TemporaryDirectory() as directory:
        for name, policy, authors in POLICIES:
            cells = [cell(program, data, policy, pathlib.Path(directory)) for data in ([ratings], synthetic)]
            print(f"| {name} | {' | '.join(cells)} | {authors} |", flush=True)


main()
