#!/usr/bin/env python3
"""A scaling study: strong or weak, with mpirun on one machine or on virtual hosts, or with srun in an allocation.

usage: Docs/studies/scaling.py PROGRAMS STUDY OUTPUT [--launcher COMMAND]
  PROGRAMS   the directory that holds the programs `stratum` and `mpi-bench`
  STUDY      a file of a few lines, such as Docs/studies/scaling/*.study, as Docs/scaling.md describes them
  OUTPUT     the directory that gets STUDY.jsonl, STUDY.png, STUDY.svg and STUDY.md
  COMMAND    what starts ranks: `mpirun` (the default) or `srun`, with options such as "srun --mpi=pmix"

With `--report` as the last word nothing is run: table and plots are made again from STUDY.jsonl.
"""

import argparse
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "scaling"))

import launch
import plots
import report
import study


def main():
    words = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1])
    words.add_argument("programs", type=pathlib.Path)
    words.add_argument("study", type=pathlib.Path)
    words.add_argument("output", type=pathlib.Path)
    words.add_argument("--launcher", default="mpirun")
    words.add_argument("--report", action="store_true")
    given = words.parse_args()
    # So that virtual hosts are removed then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("scaling: asked to end"))
    plan = study.read(given.study)
    table = given.output / f"{given.study.stem}.jsonl"
    if not given.report:
        launch.run(given.programs.resolve(), plan, given.launcher, table)
    results = report.Results(plan, table)
    table.with_suffix(".md").write_text("\n".join(report.page(results, f"{table.stem}.png")) + "\n")
    plots.draw(results, table)
    print("\n".join(report.rows(results)))


main()
