"""Runs the points of a study, in rounds over all of them, so that what disturbs the machine disturbs all alike."""

import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

from study import MEMORY, NETWORK

TOP = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP / "Docs/benchmarks"))

import machine

HOSTS = TOP / "Tests/cluster/hosts"
SECONDS_ALLOWED = 1200
# The largest message from which α and β are taken.
LARGE_BYTES = 2 << 20


class Launcher:
    """Starts programs on ranks."""

    def __init__(self, command):
        self.words = shlex.split(command)
        self.is_slurm = pathlib.Path(self.words[0]).name == "srun"
        if self.is_slurm:
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
            sys.exit(f"scaling: {shlex.join(words)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def prefix(self, link, ranks, threads):
        if self.is_slurm:
            # Spread over the nodes of the allocation.
            nodes = min(ranks, int(os.environ.get("SLURM_NNODES", 1)))
            counts = [f"--nodes={nodes}", f"--ntasks={ranks}", f"--cpus-per-task={threads}"]
            return [*self.words, *counts, "--kill-on-bad-exit=1"]
        if link != MEMORY:
            return [HOSTS, "mpirun", ranks]
        # One rank is started without mpirun, which would bind it and all its threads to one core.
        more = ["--oversubscribe"] if self.is_crowded(ranks, threads) else []
        return [] if ranks == 1 else [*self.words, "-n", ranks, "--bind-to", "none", *more]


class Hosts:
    """Virtual hosts, where a study has links between them; else nothing."""

    def __init__(self, plan, launcher):
        self.count = 0 if launcher.is_slurm or plan.links == [MEMORY] else max(plan.ranks)

    def __enter__(self):
        if self.count:
            if os.geteuid() != 0:
                sys.exit("scaling: making hosts out of namespaces needs root")
            subprocess.run([TOP / ".ci/setup", "hosts"], check=True)
            os.environ.setdefault("CLUSTER_DIR", "/tmp/scaling")
            os.environ.setdefault("CLUSTER_PREFIX", "scaling")
            # Each host has a /tmp of its own, but what lies there of this program all must see.
            if str(TOP).startswith("/tmp/"):
                os.environ["CLUSTER_SHARED"] = str(TOP)
            subprocess.run([HOSTS, "up", str(self.count)], check=True)
        return self

    def shape(self, link):
        if self.count and link != MEMORY:
            subprocess.run([HOSTS, "shape", link], check=True)

    def __exit__(self, *_):
        if self.count:
            subprocess.run([HOSTS, "down"], check=True)


def halves(launcher, programs, link, operation):
    """Bytes and seconds of an operation of `mpi-bench` between two ranks, smallest first."""
    command = [programs / "mpi-bench", "--json", "--only", operation, "--largest", LARGE_BYTES, "--rounds", 5]
    lines = launcher.run(link, 2, 1, command).splitlines()
    results = [json.loads(line) for line in lines if line.startswith("{")]
    return sorted((result["bytes"], result["plainSeconds"]) for result in results)


def slope(measured):
    """Bytes a second between the two largest sizes: a shaped link lets the first 256 KiB of a message pass unhindered."""
    (smaller, before), (larger, after) = measured[-2:]
    return (larger - smaller) / (after - before)


def link_record(launcher, programs, link):
    """α in seconds and β in bytes a second of a link, from a ping-pong; and β where both send at once, from an Allreduce
    of two ranks, by which each sends as many bytes as it has. Where a link is shaped, what confirms a message waits behind the
    messages of the other direction."""
    one_way = halves(launcher, programs, link, "ping-pong")
    return {
        "record": "link", "link": link, "latencySeconds": one_way[0][1], "bytesPerSecond": slope(one_way),
        "exchangeBytesPerSecond": slope(halves(launcher, programs, link, "allReduce")),
    }  # fmt: skip


def train(launcher, programs, plan, point, directory):
    """One run of a point: its figures as medians over the epochs, and the RMSE by the second."""
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
    epochs = [record for record in records if record["epoch"] > 0 and not record["isUndone"]]
    model = json.loads((directory / "model/model.json").read_text())

    def median(part):
        return statistics.median(part(record) for record in epochs)

    # From one record to the next, with all that is between; the first epoch comes after a pass for the loss.
    between = [after["elapsedSeconds"] - before["elapsedSeconds"] for before, after in zip(epochs, epochs[1:])]

    parts = {
        f"{part}Seconds": median(lambda record, part=part: record[f"{part}Seconds"]["mean"])
        for part in ("compute", "rotation", "waiting", "loss")
    }
    return {
        "record": "run", "link": point.link, "variant": point.variant, "ranks": point.ranks,
        "threads": point.threads, "isCrowded": launcher.is_crowded(point.ranks, point.threads),
        "epochSeconds": statistics.median(between), **parts,
        # Of all epochs but the first, and the last, after which column blocks stay where they are.
        "meanEpochSeconds": statistics.mean(between[:-1]),
        "imbalance": median(lambda r: r["computeSeconds"]["maximum"] / r["computeSeconds"]["mean"]),
        "bytesSent": statistics.mean(record["bytesSent"]["mean"] for record in epochs),
        "ratings": median(lambda record: record["ratingsPerSecond"] * record["epochSeconds"]),
        "columns": model["columns"], "load": os.getloadavg()[0],
        "testRMSE": [[r["elapsedSeconds"], r["testRMSE"]] for r in epochs if "testRMSE" in r],
    }  # fmt: skip


def run(programs, plan, command, table):
    """Runs all points, and writes a line for each run."""
    launcher = Launcher(command)
    if launcher.is_slurm:
        # There is one network, and it is what it is.
        plan.links = [NETWORK]
    begin = time.monotonic()
    scratch = table.parent.resolve() if launcher.is_slurm else "/var/tmp"
    with table.open("w") as file, tempfile.TemporaryDirectory(dir=scratch) as name:

        def add(record):
            print(json.dumps(record), file=file, flush=True)

        add({"record": "machine", **machine.description(), "launcher": command, "usableCores": launcher.cores})
        with Hosts(plan, launcher) as hosts:
            for link in plan.links:
                hosts.shape(link)
                if max(plan.ranks) > 1:
                    add(link_record(launcher, programs, link))
                for repetition in range(plan.repetitions):
                    for point in plan.points():
                        if point.link == link:
                            add(train(launcher, programs, plan, point, pathlib.Path(name)))
                    print(f"{plan.name}: {link}: round {repetition + 1}, {time.monotonic() - begin:.0f} s", flush=True)
