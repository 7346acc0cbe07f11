#!/usr/bin/env python3
"""Draws the figures of the DSGD paper again, from logs of real runs.

usage: Docs/figures/figures.py DIRECTORY OUTPUT [quick]
       Docs/figures/figures.py redraw OUTPUT
  DIRECTORY  holds the program `stratum`
  OUTPUT     gets NAME.svg, NAME.png and runs.jsonl, a line for each run
  quick      smaller data and fewer epochs: shows that all works, and little else
  redraw     draws the runs again that OUTPUT/runs.jsonl has

All methods start from the same factors, and the loss is exact for all. Distributed ones run on two ranks.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(TOP / "Docs/studies"), str(TOP / "Docs/examples/topics")]

import movielens
import word_counts

SECONDS_ALLOWED = "1200"
COLORS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf", "#7f7f7f"]

# The objective of all methods on ratings: squared error with weighted L2, no biases, no mean, as in the paper.
PLAIN = "--no-biases --no-global-mean --loss-pass exact"
METHODS = [
    ("DSGD", "--solver dsgd --step bold-driver", 2),
    ("sequential SGD", "--solver sgd --step bold-driver", 1),
    ("PSGD", "--solver psgd --step bold-driver", 2),
    ("L-BFGS", "--solver lbfgs", 2),
    ("ALS", "--solver als", 2),
    ("CCD++", "--solver ccd", 2),
]
COUNT_METHODS = [
    ("DSGD", "--solver dsgd --step bold-driver", 2),
    ("multiplicative updates", "--solver multiplicative", 2),
]


class Data:
    """The ratings of a panel, and the options that go with them."""

    def __init__(self, title, source, options):
        self.title, self.source, self.options = title, source, options


KEPT = ("epoch", "elapsedSeconds", "loss", "stepSize")


def words_of(data, options, epochs):
    """The arguments of a run."""
    return [*data.source, *data.options.split(), *options.split(), "--epochs", str(epochs), "--threads", "1"]


def shown(words):
    """The command of a run, with files by their names."""
    return " ".join(["stratum train", *(word.name if isinstance(word, pathlib.Path) else word for word in words)])


class RecordedRuns:
    """The runs of a table, in place of new ones."""

    def __init__(self, table):
        lines = [json.loads(line) for line in table.read_text().splitlines()]
        self.table = {(line["command"], line["ranks"]): line["records"] for line in lines}

    def records(self, data, options, ranks, epochs):
        records = self.table[shown(words_of(data, options, epochs)), ranks]
        return [dict(zip(KEPT, record)) for record in records]


class Runs:
    """Trains, and keeps each run's records."""

    def __init__(self, program, output, scratch):
        self.program, self.scratch = program, scratch
        self.table = (output / "runs.jsonl").open("w")

    def records(self, data, options, ranks, epochs):
        """The records of a run by epoch, from before training on; without epochs that were undone."""
        log = self.scratch / "log.jsonl"
        launcher = [TOP / ".ci/mpirun", str(ranks), SECONDS_ALLOWED] if ranks > 1 else []
        words = words_of(data, options, epochs)
        command = [self.program, "train", *words]
        subprocess.run(
            [*launcher, *command, "--output", self.scratch / "model", "--force", "--log", log, "--quiet"], check=True
        )
        records = [json.loads(line) for line in log.read_text().splitlines()]
        records = [record for record in records if not record["isUndone"]]
        kept = [[record[name] for name in KEPT] for record in records]
        line = {"data": data.title, "command": shown(words), "ranks": ranks, "records": kept}
        print(json.dumps(line), file=self.table, flush=True)
        print(f"{data.title}: {options} on {ranks}: loss {records[-1]['loss']:.4g}", flush=True)
        return records


class Panel:
    """A diagram: curves by name, each a list of points."""

    def __init__(self, title, x, y, settings=""):
        self.title, self.x, self.y, self.settings = title, x, y, settings
        self.curves = {}

    def above_lowest(self):
        """Losses as what they are above the lowest of all curves, as a share: so that their ends can be told apart."""
        lowest = min(y for points in self.curves.values() for _, y in points)
        for name, points in self.curves.items():
            self.curves[name] = [(x, y / lowest - 1) for x, y in points]
        self.y = "loss above the lowest"
        self.settings += "\nset logscale y\nset format y '10^{%T}'\nset yrange [1e-4:]"

    def script(self, directory, number):
        lines = []
        for index, (name, points) in enumerate(self.curves.items()):
            table = directory / f"{number}-{index}"
            table.write_text("\n".join(f"{x} {y}" for x, y in points))
            color = COLORS[index % len(COLORS)]
            lines.append(
                f"'{table}' using 1:2 title '{name}' with linespoints linewidth 2 pointsize 0.4 pointtype 7"
                f" linecolor rgb '{color}'"
            )
        return f"""
unset logscale
set autoscale
set format y '%g'
set key below
set title '{self.title}'
set xlabel '{self.x}' offset 0,0.6
set ylabel '{self.y}'
{self.settings}
plot """ + ", ".join(lines)


def draw(path, panels, columns):
    rows = (len(panels) + columns - 1) // columns
    size = f"{560 * columns},{420 * rows}"
    with tempfile.TemporaryDirectory() as name:
        body = "\n".join(panel.script(pathlib.Path(name), number) for number, panel in enumerate(panels))
        for terminal in [f"pngcairo size {size}", f"svg size {size}"]:
            script = f"""
set terminal {terminal} font 'sans,11' background rgb 'white'
set output '{path}.{"png" if "png" in terminal else "svg"}'
set border 3
set xtics nomirror
set ytics nomirror
set grid ytics linecolor rgb '#dddddd'
set multiplot layout {rows},{columns}
{body}
unset multiplot
"""
            subprocess.run(["gnuplot"], input=script.encode(), check=True)


class Figures:
    def __init__(self, runs, output, ratings, words, is_quick):
        self.output, self.is_quick, self.runs = output, is_quick, runs
        size = "rows=1200,columns=800,ratings=50000" if is_quick else "ratings=1000000"
        gauss = "rows=5000,columns=1000,ratings=200000" if is_quick else "rows=100000,columns=10000,ratings=10000000"
        self.movielens = Data(
            "MovieLens 100K, k = 50", [ratings], f"{PLAIN} --factors 50 --regularization 0.08"
        )
        self.ratings = Data(
            f"ratings-like, {'50,000' if is_quick else '1 million'}, k = 50",
            ["--synthetic", f"ratings-like:{size}"],
            f"{PLAIN} --factors 50 --regularization 0.05",
        )
        self.gauss = Data(
            f"Gaussian, {'200,000' if is_quick else '10 million'}, k = 10",
            ["--synthetic", f"gaussian:{gauss}"],
            f"{PLAIN} --factors 10 --regularization 0.01",
        )
        self.words = Data(
            "words of manual pages, KL, k = 20",
            [words],
            "--loss gkl --factors 20 --regularization 0 --loss-pass exact",
        )

    def epochs(self, full):
        return max(4, full // 6) if self.is_quick else full

    def methods(self):
        """Loss against seconds and against epochs, of all methods."""
        seconds, epochs = [], []
        for data, methods, count in [
            (self.movielens, METHODS, 40),
            (self.ratings, METHODS, 40),
            (self.gauss, METHODS, 30),
            (self.words, COUNT_METHODS, 60),
        ]:
            by_time = Panel(data.title, "seconds", "loss", "set logscale x")
            by_epoch = Panel(data.title, "epoch", "loss")
            for name, options, ranks in methods:
                records = self.runs.records(data, options, ranks, self.epochs(count))[1:]
                by_time.curves[name] = [(record["elapsedSeconds"], record["loss"]) for record in records]
                by_epoch.curves[name] = [(record["epoch"], record["loss"]) for record in records]
            for panel in [by_time, by_epoch]:
                panel.above_lowest()
            seconds.append(by_time)
            epochs.append(by_epoch)
        draw(self.output / "seconds", seconds, 2)
        draw(self.output / "epochs", epochs, 2)

    def factors(self):
        """Seconds for ten epochs, and the loss then, by the number of factors."""
        time = Panel("ten epochs, ratings-like", "factors", "seconds")
        loss = Panel("after ten epochs", "factors", "loss")
        widths = [10, 50] if self.is_quick else [10, 20, 50, 100, 150, 200]
        for name, options in [("DSGD", "--solver dsgd --step polynomial"), ("ALS", "--solver als")]:
            last = [
                (width, self.runs.records(self.ratings, f"{options} --factors {width}", 2, 10)[-1]) for width in widths
            ]
            time.curves[name] = [(width, record["elapsedSeconds"]) for width, record in last]
            loss.curves[name] = [(width, record["loss"]) for width, record in last]
        draw(self.output / "factors", [time, loss], 2)

    def orders(self):
        """SEQ against WOR, of strata and of ratings within a block."""
        panels = []
        for data in [self.movielens, self.gauss]:
            for title, option, kinds in [
                ("strata", "--schedule", ["seq", "rseq", "wr", "wor", "la-wor"]),
                ("ratings", "--point-order", ["seq", "wr", "wor"]),
            ]:
                panel = Panel(f"{data.title}: {title}", "epoch", "loss")
                for kind in kinds:
                    options = f"--step bold-driver --blocks 16 {option} {kind}"
                    records = self.runs.records(data, options, 2, self.epochs(40))[1:]
                    panel.curves[kind.upper()] = [(record["epoch"], record["loss"]) for record in records]
                panel.above_lowest()
                panels.append(panel)
        draw(self.output / "orders", panels, 2)

    def steps(self):
        """The loss and the step size, by step policy."""
        panels = []
        for data in [self.movielens, self.ratings]:
            loss = Panel(data.title, "epoch", "loss")
            logarithmic = "set logscale y\nset format y '10^{%T}'"
            size = Panel(f"{data.title}: step size", "epoch", "ε", logarithmic)
            for name, options in [
                ("bold driver", "--step bold-driver"),
                ("automatic", "--step automatic"),
                ("ε_0/(1+t)", "--step power --step-decay 1"),
                ("ε_0/(1+t)^{0.6}", "--step power --step-decay 0.6"),
                ("NOMAD", "--step nomad"),
                ("polynomial", "--step polynomial"),
                ("AdaGrad", "--adagrad"),
                ("constant", "--step constant"),
            ]:
                records = self.runs.records(data, options, 2, self.epochs(40))[1:]
                loss.curves[name] = [(record["epoch"], record["loss"]) for record in records]
                size.curves[name] = [(record["epoch"], record["stepSize"]) for record in records if record["stepSize"] > 0]
            loss.above_lowest()
            panels += [loss, size]
        draw(self.output / "steps", panels, 2)


    def draw(self):
        self.methods()
        self.factors()
        self.orders()
        self.steps()


def main():
    output = pathlib.Path(sys.argv[2]).resolve()
    output.mkdir(parents=True, exist_ok=True)
    ratings, words = pathlib.Path("movielens.tsv"), pathlib.Path("words.tsv")
    if sys.argv[1] == "redraw":
        Figures(RecordedRuns(output / "runs.jsonl"), output, ratings, words, is_quick=False).draw()
        return
    program = pathlib.Path(sys.argv[1]).resolve() / "stratum"
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        ratings, words = scratch / ratings, scratch / words
        ratings.write_text("\n".join(movielens.ratings_lines()) + "\n")
        word_counts.write(words, word_counts.counts())
        Figures(Runs(program, output, scratch), output, ratings, words, "quick" in sys.argv[3:]).draw()


main()
