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


class Prediction:
    """What is known of a point without a run of it."""

    def __init__(self, programs, results, point, directory):
        self.programs, self.results, self.point, self.directory = programs, results, point, directory
        base = results.base(point)
        # Where there are more ranks than cores, some core has the most ranks, one of two has two of three, and all others
        # wait for these: the system moves ranks to other cores far less often than they need each other's column blocks.
        sharing = math.ceil(point.workers / results.machine["usableCores"])
        self.rate = results.median(base, "ratings") / results.median(base, "computeSeconds") / sharing
        self.latency = results.links[point.link]["latencySeconds"]
        # A rank sends a group of column blocks at once.
        message = self.trace(1, results.links[point.link]["bytesPerSecond"]).message_bytes
        self.group = message * results.plan.blocks_of(point) / point.ranks
        self.bandwidth = self.rate_of_group(point.link)
        # Between unshaped hosts of one machine nothing but the cores' copying limits the rate at which all send and receive.
        self.handling = 1 / self.rate_of_group(UNSHAPED) if UNSHAPED in results.links else 0

    def rate_of_group(self, link):
        return self.group / self.results.exchange_seconds(link, str(self.point.ranks), self.group)

    def trace(self, epochs, bandwidth):
        plan, point = self.results.plan, self.point
        return simgrid.trace(
            self.programs, self.directory,
            [*plan.source(point.workers), "--factors", plan.factors, "--blocks", plan.blocks_of(point)]
            + ["--ranks", point.ranks, "--threads", point.threads, "--rate", self.rate / 1e6, "--epochs", epochs]
            + ["--latency", 1e6 * self.latency, "--bandwidth", bandwidth / 1e6]
            + [*shlex.split(plan.options), *shlex.split(plan.variants[point.variant])],
        )  # fmt: skip

    def epoch_seconds(self):
        """Seconds of the epochs from the second to the last but one, by SimGrid and by the alpha-beta model alone."""
        platform = simgrid.star(self.directory / "platform.xml", self.point.ranks, self.latency, self.bandwidth)

        def seconds(epochs):
            alone = epochs * self.trace(epochs, self.bandwidth).epoch_seconds
            return simgrid.replay(self.directory, platform, self.point.ranks, self.handling), alone

        count = self.results.plan.epochs - 2
        return ((after - before) / count for after, before in zip(seconds(count + 1), seconds(1)))


def main():
    programs, path, output = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    results = report.Results(study.read(path), output / f"{path.stem}.jsonl")
    lines = [
        "| link | variant | hosts | measured, ms (interval) | SimGrid, ms | off by | alpha-beta alone, ms | off by |",
        "|---|---|---|---|---|---|---|---|",
    ]
    errors = []
    points = [point for point in results.points if point.ranks > 1]
    if not points:
        sys.exit(f"{path} has no point of several ranks")
    for point in points:
        with tempfile.TemporaryDirectory() as name:
            simulated, alone = Prediction(programs, results, point, pathlib.Path(name)).epoch_seconds()
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
