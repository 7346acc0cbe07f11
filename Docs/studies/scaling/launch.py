"""Runs the points of a study, in rounds over all of them, so that what disturbs the machine disturbs all alike."""

import json
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from hosts import HOSTS, TOP, Hosts
from study import MEMORY, NETWORK

sys.path.insert(0, str(TOP / "Docs/benchmarks"))

import machine

SECONDS_ALLOWED = 1200
# The largest message of which the time is taken, and the smallest of those that all ranks send at once.
LARGE_BYTES = 8 << 20
EXCHANGE_BYTES = 32 << 10
# How often each is measured; from 8 MiB on a quarter as often.
ROUNDS = 21


class Launcher:
    """Starts programs on ranks."""

    def __init__(self, command):
        self.words = shlex.split(command)
        if not self.words or not shutil.which(self.words[0]):
            sys.exit(f"scaling: there is no launcher “{command}”: name one that is on PATH")
        self.is_srun = pathlib.Path(self.words[0]).name == "srun"
        # There are several nodes, and what all of them are to see must not lie on one.
        self.has_nodes = self.is_srun or "SLURM_JOB_ID" in os.environ
        if self.has_nodes:
            tasks = int(os.environ.get("SLURM_NTASKS", 1))
            self.cores = tasks * int(os.environ.get("SLURM_CPUS_PER_TASK", 1))
        else:
            self.cores = len(os.sched_getaffinity(0))
        if os.geteuid() == 0:
            os.environ["OMPI_ALLOW_RUN_AS_ROOT"] = os.environ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"

    def is_crowded(self, ranks, threads):
        """Whether there are more threads than cores."""
        return ranks * threads > self.cores

    def run(self, link, ranks, threads, command):
        """Runs a command on ranks; returns what it printed."""
        words = [str(word) for word in [*self.prefix(link, ranks, threads), *command]]
        environment = dict(os.environ)
        if self.is_crowded(ranks, threads):
            # Those that wait must let the others run.
            environment["OMPI_MCA_mpi_yield_when_idle"] = "1"
        done = subprocess.run(
            words, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment, timeout=SECONDS_ALLOWED
        )
        if done.returncode != 0:
            said = done.stdout + done.stderr
            print(f"scaling: {shlex.join(words)} failed with exit code {done.returncode}:\n{said}", file=sys.stderr)
            # Launchers add many lines to the one that the program says.
            sys.exit(next((line for line in said.splitlines() if line.startswith(("stratum: ", "mpi-bench: "))), 1))
        return done.stdout

    def prefix(self, link, ranks, threads):
        # Spread over the nodes of the allocation.
        if self.is_srun:
            nodes = min(ranks, int(os.environ.get("SLURM_NNODES", 1)))
            counts = [f"--nodes={nodes}", f"--ntasks={ranks}", f"--cpus-per-task={threads}"]
            return [*self.words, *counts, "--kill-on-bad-exit=1"]
        if link not in (MEMORY, NETWORK):
            return [HOSTS, "mpirun", ranks]
        # One rank is started without mpirun, which would bind it and all its threads to one core.
        if ranks == 1:
            return []
        more = [] if "--bind-to" in self.words else ["--bind-to", "none"]
        more += ["--map-by", "node"] if self.has_nodes else []
        more += ["--oversubscribe"] if self.is_crowded(ranks, threads) else []
        return [*self.words, "-n", ranks, *more]


def seconds_by_bytes(launcher, programs, link, ranks, operation, smallest):
    """Bytes and seconds of an operation of `mpi-bench`, smallest first."""
    sizes = ["--smallest", smallest, "--largest", LARGE_BYTES]
    command = [programs / "mpi-bench", "--json", "--only", operation, "--rounds", ROUNDS, *sizes]
    lines = launcher.run(link, ranks, 1, command).splitlines()
    results = [json.loads(line) for line in lines if line.startswith("{")]
    return sorted((result["bytes"], result["plainSeconds"]) for result in results)


def slope(measured):
    """Bytes a second between the two largest sizes: a shaped link lets the first 256 KiB of a message pass unhindered."""
    (smaller, before), (larger, after) = measured[-2:]
    return (larger - smaller) / (after - before)


def link_record(launcher, programs, link, ranks):
    """α in seconds and β in bytes a second of a link, from a ping-pong; and for each number of ranks the seconds that
    messages of some sizes take where all send at once, each to the next, as they do in training."""
    one_way = seconds_by_bytes(launcher, programs, link, 2, "ping-pong", 8)
    return {
        "record": "link", "link": link, "latencySeconds": one_way[0][1], "bytesPerSecond": slope(one_way),
        "exchangeSeconds": {
            number: seconds_by_bytes(launcher, programs, link, number, "exchange", EXCHANGE_BYTES)
            for number in ranks
            if number > 1
        },
    }  # fmt: skip


def train(launcher, programs, plan, point, directory):
    """One run of a point: its figures as means over the epochs, and the RMSE by the second.

    Means, because epochs are not alike: chance has two ranks send once or twice all columns, and all of it takes time.
    """
    log = directory / "log.jsonl"
    launcher.run(
        point.link, point.ranks, point.threads,
        [programs / "stratum", "train", *plan.source(point.workers), "--factors", plan.factors]
        + ["--blocks", plan.blocks_of(point), "--epochs", plan.epochs]
        + (["--test-fraction", plan.test_fraction] if plan.test_fraction else [])
        + ["--threads", point.threads, *shlex.split(plan.options), *shlex.split(plan.variants[point.variant])]
        + ["--quiet", "--force", "--output", directory / "model", "--log", log],
    )  # fmt: skip
    records = [json.loads(line) for line in log.read_text().splitlines()]
    epochs = [record for record in records if record["epoch"] > 0]
    if any(record["isUndone"] for record in epochs):
        sys.exit("scaling: an epoch was undone, which takes time that is none of an epoch's: give a smaller --initial-step")
    # Not the first, which follows a pass for the loss, and not the last, after which column blocks stay where they are.
    before, *counted = epochs[:-1]

    def mean(part):
        return statistics.mean(part(record) for record in counted)

    parts = {
        f"{part}Seconds": mean(lambda record, part=part: record[f"{part}Seconds"]["mean"])
        for part in ("compute", "rotation", "waiting", "loss")
    }
    return {
        "record": "run", "link": point.link, "variant": point.variant, "ranks": point.ranks,
        "threads": point.threads, "isCrowded": launcher.is_crowded(point.ranks, point.threads),
        # From one record to the next, with all that is between.
        "meanEpochSeconds": (counted[-1]["elapsedSeconds"] - before["elapsedSeconds"]) / len(counted), **parts,
        "imbalance": mean(lambda record: record["computeSeconds"]["maximum"] / record["computeSeconds"]["mean"]),
        "bytesSent": mean(lambda record: record["bytesSent"]["mean"]),
        "ratings": round(before["ratingsPerSecond"] * before["epochSeconds"]), "load": os.getloadavg()[0],
        "testRMSE": [[r["elapsedSeconds"], r["testRMSE"]] for r in epochs if "testRMSE" in r],
    }  # fmt: skip


def run(programs, plan, command, table):
    """Runs all points, and writes a line for each run into a file that gets its name when all are done."""
    launcher = Launcher(command)
    for program in ("stratum", "mpi-bench"):
        if not shutil.which(programs / program):
            sys.exit(f"scaling: there is no program {programs / program}")
    if ":" not in plan.data and not os.path.exists(plan.data):
        sys.exit(f"scaling: there is no file {plan.data}, which the study names as its data")
    if launcher.has_nodes:
        # There is one network, and it is what it is.
        plan.links = [NETWORK]
    virtual = max(plan.ranks) if set(plan.links) - {MEMORY, NETWORK} else 0
    if virtual:
        if os.geteuid() != 0:
            sys.exit("scaling: making hosts out of namespaces needs root")
        subprocess.run([TOP / ".ci/setup", "hosts"], check=True)
    begin = time.monotonic()
    table.parent.mkdir(parents=True, exist_ok=True)
    partial = table.with_suffix(".jsonl.partial")
    scratch = table.parent.resolve() if launcher.has_nodes else "/var/tmp"
    with partial.open("w") as file, tempfile.TemporaryDirectory(dir=scratch) as name:

        def add(record):
            print(json.dumps(record), file=file, flush=True)

        add({"record": "machine", **machine.description(), "launcher": command, "usableCores": launcher.cores})
        with Hosts(virtual, "scaling") as hosts:
            for link in plan.links:
                if link not in (MEMORY, NETWORK):
                    hosts.shape(link)
                for repetition in range(plan.repetitions):
                    for point in plan.points():
                        if point.link == link:
                            add(train(launcher, programs, plan, point, pathlib.Path(name)))
                    print(f"{plan.name}: {link}: round {repetition + 1}, {time.monotonic() - begin:.0f} s", flush=True)
                    # After a round, which shows soon whether data and options can be used.
                    if repetition == 0 and max(plan.ranks) > 1:
                        print(f"{plan.name}: {link}: measuring the link", flush=True)
                        add(link_record(launcher, programs, link, plan.ranks))
    partial.replace(table)
