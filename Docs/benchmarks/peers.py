#!/usr/bin/env python3
"""Test RMSE against seconds of training: Stratum beside what PyPI has, on the same splits.

usage: Docs/benchmarks/peers.py DIRECTORY [PLOT.png]     the directory that holds the program `stratum`

The peers go into an environment of their own, bench/peers; what cannot be had is skipped. Data: generated
ratings, and MovieLens 100K where `make movielens` has left it in data/. Writes bench/peers.jsonl.
"""

import json
import pathlib
import random
import re
import statistics
import subprocess
import sys

import machine

TOP = machine.TOP
BENCH = TOP / "bench"
ENVIRONMENT = BENCH / "peers"
MOVIELENS = TOP / "data" / "movielens" / "ml-100k.inter"
FACTORS = 64
RANKS = 2
SECONDS_ALLOWED = 900

# Name, package, module, and why it is not run.
PEERS = [
    ("libmf", "libmf", "libmf", None),
    # Its newest version does not name threadpoolctl, which it needs.
    ("cmfrec", "cmfrec threadpoolctl", "cmfrec", None),
    ("surprise", "scikit-surprise", "surprise", None),
    ("spark", "pyspark", "pyspark", None),
    ("implicit", "implicit", "implicit", "it learns from implicit feedback and predicts no ratings"),
    ("lightfm", "lightfm", "lightfm", "it ranks and predicts no ratings"),
]


def python():
    return ENVIRONMENT / "bin" / "python"


def install():
    """Makes the environment and yields the peers that work in it; says of each other why not."""
    if not python().exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    pip = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "numpy", "pandas"], check=True, timeout=SECONDS_ALLOWED)
    for name, package, module, reason in PEERS:
        if reason is None and name == "spark" and not machine.first_line("java", "--version"):
            reason = "it needs Java, which is not here"
        imports = [python(), "-c", f"import {module}"]
        if reason is None and subprocess.run(imports, capture_output=True).returncode != 0:
            try:
                done = subprocess.run([*pip, *package.split()], capture_output=True, text=True, timeout=SECONDS_ALLOWED)
                if done.returncode != 0 or subprocess.run(imports, capture_output=True).returncode != 0:
                    reason = "it cannot be installed here"
            except subprocess.TimeoutExpired:
                reason = f"installing it takes more than {SECONDS_ALLOWED} s"
        if reason:
            print(f"{name}: skipped: {reason}")
        else:
            yield name


def split(name, source):
    """Writes nine tenths of the ratings to train on, and of the rest those with known row and column."""
    rows = [tuple(line.split("\t")[:3]) for line in source.read_text().splitlines()]
    random.Random(2011).shuffle(rows)
    cut = len(rows) // 10
    test, train = rows[:cut], rows[cut:]
    known = {row for row, _, _ in train}, {column for _, column, _ in train}
    test = [rating for rating in test if rating[0] in known[0] and rating[1] in known[1]]
    paths = BENCH / f"{name}.train.tsv", BENCH / f"{name}.test.tsv"
    for path, ratings in zip(paths, (train, test)):
        path.write_text("".join("\t".join(rating) + "\n" for rating in ratings))
    return paths


def data(programs):
    """Yields title and split of each data set."""
    generated = BENCH / "ratings-like.tsv"
    subprocess.run(
        [programs / "stratum", "generate", "ratings-like:ratings=1e6", "--output", generated, "--force"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    yield "ratings-like, 1 million", split("ratings-like", generated)
    if MOVIELENS.exists():
        plain = BENCH / "movielens.tsv"
        plain.write_text(MOVIELENS.read_text().partition("\n")[2])
        yield "MovieLens 100K", split("movielens", plain)
    else:
        print("MovieLens 100K: skipped: `make movielens` fetches it")


def stratum(programs, train, test):
    """Yields epochs, seconds (cutting, first step, epochs) and RMSE; medians of 3 runs."""
    log = BENCH / "stratum.log.jsonl"
    for epochs in [2, 3, 4, 6, 8, 12, 16]:
        seconds = []
        for _ in range(3):
            done = subprocess.run(
                [TOP / ".ci/mpirun", str(RANKS), str(SECONDS_ALLOWED), programs / "stratum", "train", train]
                + ["--test", test, "--factors", str(FACTORS), "--epochs", str(epochs)]
                + ["--output", BENCH / "stratum", "--force", "--log", log],
                capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            phases = {name: float(value) for name, value in re.findall(r"([a-z ]+) ([\d.]+) s[,;]", done.stdout)}
            records = [json.loads(line) for line in log.read_text().splitlines()]
            # The phases are given to a hundredth of a second: half of one more for each.
            seconds.append(
                phases[" distributing"] + phases[" finding the first step"] + 0.01
                + sum(record["epochSeconds"] for record in records)
            )  # fmt: skip
        yield {"epochs": epochs, "seconds": round(statistics.median(seconds), 4), "rmse": records[-1]["testRMSE"]}


def peer(name, train, test):
    """Yields the same of a peer."""
    command = [python(), pathlib.Path(__file__).with_name("peer_runs.py"), name, train, test]
    with open(BENCH / f"{name}.log", "w") as log:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=log, text=True, timeout=SECONDS_ALLOWED)
    if done.returncode != 0:
        print(f"{name}: it failed, see {log.name}")
    for line in done.stdout.splitlines():
        yield json.loads(line)


def plot(path, curves):
    """Draws test RMSE against seconds, a panel for each data set."""
    styles = {"stratum": "#d62728", "libmf": "#1f77b4", "cmfrec": "#2ca02c", "surprise": "#9467bd", "spark": "#ff7f0e"}
    script = f"""
set terminal pngcairo size {560 * len(curves)},480 font 'sans,12' background rgb 'white'
set output '{path}'
set multiplot layout 1,{len(curves)}
set logscale x
set xlabel 'seconds from ratings in memory to the model'
set ylabel 'test RMSE'
set border 3
set key outside top center horizontal samplen 2
set xtics nomirror
set ytics nomirror
set grid ytics linecolor rgb '#dddddd'
"""
    for index, (title, by_peer) in enumerate(curves.items()):
        lines, blocks = [], ""
        for name, points in by_peer.items():
            block = f"$data{index}{name}"
            blocks += f"{block} << END\n" + "".join(f"{p['seconds']} {p['rmse']}\n" for p in points) + "END\n"
            lines.append(
                f"{block} using 1:2 title '{name}' with linespoints pointtype 7 linewidth "
                f"{3 if name == 'stratum' else 2} linecolor rgb '{styles[name]}'"
            )
        best = min(p["rmse"] for points in by_peer.values() for p in points)
        script += f"{blocks}set title '{title}'\nset yrange [{best - 0.004}:{best + 0.06}]\nplot " + ", ".join(lines) + "\n"
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    picture = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else BENCH / "peers.png"
    BENCH.mkdir(exist_ok=True)
    names = list(install())
    curves = {}
    with open(BENCH / "peers.jsonl", "w") as output:
        print(json.dumps(machine.description()), file=output)
        for title, (train, test) in data(programs):
            print(f"\n{title}, {FACTORS} factors, {RANKS} ranks or threads\n{'':<10}{'epochs':>7}{'seconds':>10}{'RMSE':>9}")
            curves[title] = {}
            for name in ["stratum", *names]:
                points = list(stratum(programs, train, test) if name == "stratum" else peer(name, train, test))
                for point in points:
                    print(f"{name:<10}{point['epochs']:>7}{point['seconds']:>10.3f}{point['rmse']:>9.4f}", flush=True)
                    print(json.dumps({"benchmark": "peer", "data": title, "peer": name, **point}), file=output)
                if points:
                    curves[title][name] = points
    plot(picture, curves)
    print(f"\n{picture}, {BENCH / 'peers.jsonl'}")


main()
