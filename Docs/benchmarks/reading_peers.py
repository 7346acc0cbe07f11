#!/usr/bin/env python3
"""Seconds to read a file of ten million ratings: Stratum beside pandas and polars.

usage: Docs/benchmarks/reading_peers.py DIRECTORY     the directory that holds `stratum` and `stratum-bench`

The peers go into the environment of peers.py, bench/peers. All are given the types of the columns. Stratum also numbers
the identifiers in its time; the others leave them as they are. Every reader has a process of its own, in which it reads the
file some times, in rounds over all readers. Processor time tells more than wall-clock time where other programs run
beside them. Writes bench/reading.jsonl.
"""

import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys

import machine

BENCH = machine.TOP / "bench"
PYTHON = BENCH / "peers" / "bin" / "python"
PACKAGES = ["numpy", "pandas", "polars", "pyarrow"]
READ = "gaussian:ratings=1e7"
ROUNDS = 3
THREADS = os.cpu_count()

PANDAS = """import pandas, numpy
def read(path):
    types = {0: numpy.int64, 1: numpy.int64, 2: numpy.float32}
    return pandas.read_csv(path, sep="\\t", header=None, dtype=types, engine="ENGINE")
"""
POLARS = """import polars
def read(path):
    types = [polars.Int64, polars.Int64, polars.Float32]
    return polars.read_csv(path, separator="\\t", has_header=False, schema_overrides=types)
"""
TIMES = """
import sys, time
for _ in range(3):
    wall, processor = time.perf_counter(), time.process_time()
    table = read(sys.argv[1])
    print(time.perf_counter() - wall, time.process_time() - processor)
    assert len(table) == 10_000_000
"""

# Threads, and the Python that defines the reader.
PEERS = {
    "pandas, C engine": (1, PANDAS.replace("ENGINE", "c")),
    "polars": (1, POLARS),
    "pandas, pyarrow engine": (THREADS, PANDAS.replace("ENGINE", "pyarrow")),
    "polars, all threads": (THREADS, POLARS),
}


def output(command, **environment):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout


def install():
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", PYTHON.parent.parent], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
    print(output([PYTHON, "-c", "import pandas, polars, pyarrow as a; print('pandas', pandas.__version__, 'polars', "
                  "polars.__version__, 'pyarrow', a.__version__)"]).strip())  # fmt: skip


def stratum(programs, path):
    """Seconds of one process, which reads five times and gives the median of its rates."""
    record = BENCH / "reading.stratum.jsonl"
    record.unlink(missing_ok=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output([programs / "stratum-bench", "--output", record, "reading", path])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    speed = json.loads(record.read_text().splitlines()[-1])
    return [(speed["fileBytes"] / speed["bytesPerSecond"]["median"], processor / 5)]


def stratum_ranks(programs, path):
    """Seconds of as many ranks as there are cores, which also unite the identifiers; no processor time of its own."""
    command = [machine.TOP / ".ci/mpirun", THREADS, 300, programs / "stratum", "train", path, "--epochs", 1]
    text = output([*command, "--factors", 16, "--threads", 1, "--output", BENCH / "reading.model", "--force"])
    return [(float(re.search(r"reading ([\d.]+) s", text)[1]), None)]


def peer(name, path):
    threads, code = PEERS[name]
    text = output([PYTHON, "-c", code + TIMES, path], POLARS_MAX_THREADS=str(threads))
    return [tuple(float(word) for word in line.split()) for line in text.splitlines()]


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    BENCH.mkdir(exist_ok=True)
    install()
    path = BENCH / "reading.tsv"
    output([programs / "stratum", "generate", READ, "--output", path, "--force"])
    megabytes = path.stat().st_size / 1e6
    readers = {"Stratum": (1, lambda: stratum(programs, path))}
    readers["Stratum, a rank a core"] = THREADS, lambda: stratum_ranks(programs, path)
    for name, (threads, _) in PEERS.items():
        readers[name] = threads, lambda name=name: peer(name, path)
    times = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, (_, read) in readers.items():
            times[name] += read()
    print(f"\n{READ}, {megabytes:.0f} MB, medians\n{'':<26}{'threads':>8}{'seconds':>9}{'least':>7}{'most':>7}{'MB/s':>6}"
          f"{'processor':>11}")  # fmt: skip
    with open(BENCH / "reading.jsonl", "w") as file:
        print(json.dumps(machine.description()), file=file)
        for name, (threads, _) in sorted(readers.items(), key=lambda reader: reader[1][0]):
            seconds, processor = zip(*times[name])
            median = statistics.median(seconds)
            busy = f"{statistics.median(processor):.2f}" if None not in processor else "-"
            print(f"{name:<26}{threads:>8}{median:>9.2f}{min(seconds):>7.2f}{max(seconds):>7.2f}{megabytes / median:>6.0f}"
                  f"{busy:>11}")  # fmt: skip
            record = {"benchmark": "reading-peer", "reader": name, "threads": threads}
            print(json.dumps({**record, "seconds": seconds, "processorSeconds": processor}), file=file)
    path.unlink()


main()
