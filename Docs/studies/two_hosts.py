#!/usr/bin/env python3
"""What a link between two hosts costs training, and whether it is hidden behind computing.

usage: Docs/studies/two_hosts.py DIRECTORY [ROUNDS]     the directory that holds the program `stratum`

Makes two hosts out of this machine (Tests/cluster/hosts; as root), joins them by a link of different
rates, and trains on two ranks of one thread, one on each host, and on two ranks of this machine, which
share memory. Prints a table over the epochs of all rounds, with the alpha-beta model: how long a rank's
messages take on the link, which can be hidden if that is less than computing takes. studies/two-hosts.md
says what came of it.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "scaling"))

from hosts import HOSTS, TOP, Hosts

SECONDS_ALLOWED = 600
# Of a message between two hosts here, half a round trip as `mpi-bench` measures it.
ALPHA_SECONDS = 8e-6
BLOCKS = 16

DATA = [
    ("10 million, n = 10,677", "ratings-like:ratings=1e7,rows=69878,columns=10677"),
    ("20 million, n = 4,000", "ratings-like:ratings=2e7,rows=100000,columns=4000"),
]
# What is done on every link.
ORDERS = ["--schedule la-wor", "--schedule la-wor --wire bfloat16", "--schedule wor", "--schedule seq"]
# Name, rate for the shaper, bits a second.
SHARED_MEMORY = "none"
LINKS = [
    (SHARED_MEMORY, None, None),
    ("as it is", "off", None),
    ("1 Gbit/s", "1gbit", 1e9),
    ("100 Mbit/s", "100mbit", 1e8),
]


def skip(reason):
    print(f"two-hosts: skipped: {reason}")
    sys.exit(0)


def run(*command, **options):
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        sys.exit(f"two-hosts: {' '.join(words)} failed:\n{done.stdout}{done.stderr}")


def epochs(stratum, directory, link, matrix, options):
    """The records of the epochs of one run."""
    launcher = [HOSTS, "mpirun", 2]
    if link == SHARED_MEMORY:
        # Not .ci/mpirun: there is a core for each rank, so that none need give way.
        launcher = ["mpirun", "-n", 2, "--bind-to", "none"]
    log = directory / "log.jsonl"
    run(
        *launcher, "--timeout", SECONDS_ALLOWED, stratum, "train", "--synthetic", matrix,
        "--factors", 64, "--blocks", BLOCKS, "--threads", 1, *options.split(), "--quiet",
        "--force", "--output", directory / "model", "--log", log,
    )  # fmt: skip
    return [json.loads(line) for line in log.read_text().splitlines()][1:]


def row(name, link, bits_a_second, options, records):
    def median(part):
        return statistics.median(part(record) for record in records)

    seconds = median(lambda record: record["epochSeconds"])
    compute = median(lambda record: record["computeSeconds"]["mean"])
    waiting = median(lambda record: record["waitingSeconds"]["mean"] / record["epochSeconds"])
    mean = statistics.mean(record["waitingSeconds"]["mean"] / record["epochSeconds"] for record in records)
    sent = statistics.mean(record["bytesSent"]["mean"] for record in records)
    model = "-"
    if bits_a_second:
        transfer = ALPHA_SECONDS * BLOCKS + 8 * sent / bits_a_second
        model = f"{1000 * transfer:.0f} ms: {'yes' if transfer < compute else 'no'}"
    print(
        f"| {name} | {link} | {options.replace('--schedule ', '')} | {1000 * seconds:.0f} "
        f"| {100 * compute / seconds:.0f} % | {100 * waiting:.1f} % | {100 * mean:.1f} % | {sent / 1e6:.2f} "
        f"| {model} |",
        flush=True,
    )


def measure(stratum, hosts, directory, rounds):
    print("times are medians over epochs; MB sent by a rank in an epoch, mean; transfer: what these take\n")
    print(
        "| data | link | order | ms an epoch | computing | waiting | waiting, mean | MB sent "
        "| transfer: can be hidden? |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, matrix in DATA:
        for link, rate, bits_a_second in LINKS:
            if rate:
                hosts.shape(rate)
            # In rounds over the orders, so that what disturbs the machine for a while disturbs all alike.
            records = {options: [] for options in ORDERS}
            for _ in range(rounds):
                for options in ORDERS:
                    records[options] += epochs(stratum, directory, link, matrix, options)
            for options in ORDERS:
                row(name, link, bits_a_second, options, records[options])


def main():
    stratum = pathlib.Path(sys.argv[1]).resolve() / "stratum"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    if os.geteuid() != 0:
        skip("making hosts out of namespaces needs root")
    if subprocess.run([TOP / ".ci/setup", "hosts"], check=False).returncode != 0:
        skip("iproute2 cannot be installed here")
    if subprocess.run(["unshare", "--net", "--uts", "--mount", "true"], check=False).returncode != 0:
        skip("namespaces cannot be made here")
    os.environ["OMPI_ALLOW_RUN_AS_ROOT"] = os.environ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, Hosts(2, "twohosts") as hosts:
        measure(stratum, hosts, pathlib.Path(name), rounds)


main()
