#!/usr/bin/env python3
"""Convergence by stratum order: WOR, SEQ and LA-WOR on the same data, from the same start and step.

usage: Docs/studies/schedules.py DIRECTORY [PLOT.png]     the directory that holds the program `stratum`

For each data set and order it trains with several seeds (which change the start, the grid and the orders,
not the data) and prints how many epochs the loss takes to come so near to the lowest that any order
reaches: median, least and most. The plot shows the median loss above that lowest one by epoch.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

ORDERS = ["wor", "seq", "la-wor"]
SEEDS = [1, 2, 3, 4, 5]
EPOCHS = 60
WITHIN = [1, 0.2, 0.1, 0.01]

# Name, options of `stratum train`. The first step is fixed for each data set, so that the orders differ in
# nothing else: 2^-7 for the ratings, 2^-10 for the Gaussian matrix, whose factors are larger.
DATA = [
    (
        "ratings-like, 1 million",
        "--synthetic ratings-like:rows=6040,columns=3706,ratings=1000000 --initial-step 0.0078125",
    ),
    (
        "Gaussian 20,000 x 2,000, 2 million",
        "--synthetic gaussian:rows=20000,columns=2000,ratings=2000000"
        " --factors 10 --regularization 0.01 --initial-step 0.0009765625",
    ),
]


def losses(program, options, order, seed, directory):
    """The loss after each epoch, from the state before training on."""
    log = directory / "log.jsonl"
    subprocess.run(
        [program, "train", *options.split(), "--schedule", order, "--seed", str(seed), "--blocks", "32",
         "--epochs", str(EPOCHS), "--step", "bold-driver", "--loss-pass", "exact",
         "--output", directory / "model", "--force", "--log", log, "--quiet"],
        check=True,
    )  # fmt: skip
    records = [json.loads(line) for line in log.read_text().splitlines()]
    return [record["loss"] for record in records if not record["isUndone"]]


def epochs_to(target, curve):
    """The first epoch whose loss is at most the target; infinite where there is none."""
    return next((epoch for epoch, loss in enumerate(curve) if loss <= target), float("inf"))


def epochs_cell(target, runs):
    epochs = sorted(epochs_to(target, curve) for curve in runs)
    shown = [f"over {EPOCHS}" if epoch == float("inf") else str(epoch) for epoch in epochs]
    return f"{shown[len(shown) // 2]} ({shown[0]}-{shown[-1]})"


def plot(path, curves):
    with tempfile.TemporaryDirectory() as directory:
        panels = []
        for index, (name, by_order) in enumerate(curves.items()):
            lowest = min(min(curve) for runs in by_order.values() for curve in runs)
            lines = []
            for order, runs in by_order.items():
                table = pathlib.Path(directory) / f"{index}-{order}"
                table.write_text(
                    "\n".join(
                        f"{epoch} {statistics.median(losses) / lowest - 1}"
                        for epoch, losses in enumerate(zip(*runs))
                    )
                )
                lines.append(f"'{table}' using 1:2 title '{order.upper()}' with lines linewidth 2")
            panels.append(f"set title '{name}'\nplot " + ", ".join(lines))
        script = f"""
set terminal pngcairo size 1100,460 font 'sans,12' background rgb 'white'
set output '{path}'
set multiplot layout 1,2
set logscale y
set xlabel 'epoch'
set ylabel 'loss above the lowest, relative'
set format y '10^{{%T}}'
set yrange [1e-4:]
set border 3
set xtics nomirror
set ytics nomirror
set grid ytics linecolor rgb '#dddddd'
""" + "\n".join(panels)
        subprocess.run(["gnuplot"], input=script.encode(), check=True)


def main():
    program = pathlib.Path(sys.argv[1]).resolve() / "stratum"
    curves = {}
    print(f"epochs until the loss is so far above the lowest, median (least-most) of {len(SEEDS)} seeds\n")
    print("| data | above the lowest | " + " | ".join(order.upper() for order in ORDERS) + " |")
    print("|---|---|" + "---|" * len(ORDERS))
    for name, options in DATA:
        with tempfile.TemporaryDirectory() as directory:
            curves[name] = {
                order: [losses(program, options, order, seed, pathlib.Path(directory)) for seed in SEEDS]
                for order in ORDERS
            }
        lowest = min(min(curve) for runs in curves[name].values() for curve in runs)
        for within in WITHIN:
            cells = [epochs_cell((1 + within) * lowest, runs) for runs in curves[name].values()]
            print(f"| {name} | {within:.0%} | " + " | ".join(cells) + " |", flush=True)
    if len(sys.argv) > 2:
        plot(sys.argv[2], curves)


main()
