#!/usr/bin/env python3
"""Holds a simulation against the runs of a study on virtual hosts.

usage: Docs/studies/scaling/validate.py PROGRAMS STUDY OUTPUT     after scaling.py with the same words

For each point on several hosts `stratum trace` writes what the ranks do, with the update rate that the study's runs on one
rank had, and SimGrid replays it on a platform with the latency that the study's ping-pong had and the rate that its exchange among
as many ranks had, of as many bytes. What handling a byte takes of a core is had from the exchange over the link that is not shaped. The table is
printed and written to OUTPUT/STUDY-simulated.md.
"""

import math
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import report
import simgrid
import study

UNSHAPED = "off"


def exchange_rate(results, point, link):
    """Bytes a second that each rank sends over a link while it receives as many, of messages as long as what it sends at once
    in training: a group of column blocks."""
    ranks = point.ranks
    # As in `stratum plan`, a rank sends a group on as often as it comes from another rank.
    group = results.median(point, "bytesSent") / (ranks - 1 / ranks)
    times = results.links[link]["exchangeSeconds"][str(ranks)]
    (smaller, before), (larger, after) = next(
        pair for pair in zip(times, times[1:]) if group <= pair[1][0] or pair[1] == times[-1]
    )
    return group / (before + (after - before) * (group - smaller) / (larger - smaller))


def predicted(programs, results, point, directory):
    """Seconds of the epochs from the second to the last but one, by SimGrid and by the alpha-beta model alone."""
    plan = results.plan
    base = results.base(point)
    # Where there are more ranks than cores, some core has the most ranks, one of two has two of three, and all others
    # wait for these: the system moves ranks to other cores far less often than they need each other's column blocks.
    sharing = math.ceil(point.workers / results.machine["usableCores"])
    rate = results.median(base, "ratings") / results.median(base, "computeSeconds") / sharing
    link = results.links[point.link]
    options = shlex.split(plan.options) + shlex.split(plan.variants[point.variant])
    # Between unshaped hosts of one machine nothing but the cores' copying limits the rate at which all send and receive.
    handling = 1 / exchange_rate(results, point, UNSHAPED) if UNSHAPED in results.links else 0
    bandwidth = exchange_rate(results, point, point.link)
    platform = simgrid.star(directory / "platform.xml", point.ranks, link["latencySeconds"], bandwidth)

    def seconds(epochs):
        alone = simgrid.trace(
            programs, directory,
            [*plan.source(point.workers), "--factors", plan.factors, "--blocks", plan.blocks_of(point)]
            + ["--ranks", point.ranks, "--threads", point.threads, "--rate", rate / 1e6, "--epochs", epochs]
            + ["--latency", 1e6 * link["latencySeconds"], "--bandwidth", bandwidth / 1e6, *options],
        )  # fmt: skip
        return simgrid.replay(directory, platform, point.ranks, handling), epochs * alone

    (first, first_alone), (all_but_last, all_alone) = seconds(1), seconds(plan.epochs - 1)
    count = plan.epochs - 2
    return (all_but_last - first) / count, (all_alone - first_alone) / count


def main():
    programs, path, output = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    results = report.Results(study.read(path), output / f"{path.stem}.jsonl")
    lines = [
        "| link | variant | hosts | measured, ms (interval) | SimGrid, ms | off by | alpha-beta alone, ms | off by |",
        "|---|---|---|---|---|---|---|---|",
    ]
    errors = []
    for point in results.points:
        if point.ranks == 1:
            continue
        with tempfile.TemporaryDirectory() as name:
            simulated, alone = predicted(programs, results, point, pathlib.Path(name))
        measured = results.epoch(point)
        errors.append(abs(simulated / measured - 1))
        crowded = " *" if results.is_crowded(point) else ""
        lines.append(
            f"| {point.link} | {point.variant} | {point.ranks}{crowded} "
            f"| {report.measured(results.samples(point, report.EPOCH))} | {1000 * simulated:.4g} "
            f"| {100 * (simulated / measured - 1):+.0f} % | {1000 * alone:.4g} | {100 * (alone / measured - 1):+.0f} % |"
        )
    lines += ["", f"Off by {100 * statistics.median(errors):.0f} % in the median and {100 * max(errors):.0f} % at most."]
    (output / f"{path.stem}-simulated.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


main()
