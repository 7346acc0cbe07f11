"""Instructions of small fixed pieces of work, counted by valgrind, beside those recorded before.

Times on a shared machine are good to some per cent at best; counts are the same in every run of the same
program. They tell of more work, not of slower memory.
"""

import json
import os
import pathlib
import re
import subprocess

from machine import first_line

RECORDED = pathlib.Path(__file__).with_name("instructions.json")
# valgrind knows no AVX-512.
ARCH = "x86-64-v3"
WORSE = 1.05
REPETITIONS = 10

PIECES = {
    "step, k = 16": "train 16",
    "step, k = 32": "train 32",
    "step, k = 64": "train 64",
    "step, k = 128": "train 128",
    "AdaGrad step, k = 64": "train-adagrad 64",
    "loss, k = 64": "evaluate 64",
    "sorting into blocks": "cut",
    "reading a line": "read {ratings}",
}


def count(program, work, times):
    """Instructions of the whole program, and the units of one piece of work."""
    environment = {
        **os.environ,
        "SWIFT_DETERMINISTIC_HASHING": "1",
        # OpenBLAS's own threads, which are never used, spin when the program starts.
        "OPENBLAS_NUM_THREADS": "1",
        # valgrind counts one `rep stosb` as one instruction a byte, and from which length the C library uses
        # it depends on the CPU.
        "GLIBC_TUNABLES": "glibc.cpu.x86_rep_stosb_threshold=1000000000"
        ":glibc.cpu.x86_rep_movsb_threshold=1000000000",
    }
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "work"]
        + [*work.split(), str(times)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    return int(re.search(r"Collected : (\d+)", done.stderr)[1]), int(done.stdout)


def per_unit(program, work):
    """Instructions a rating: of so many repetitions less one, without the start of the program."""
    once, _ = count(program, work, 1)
    often, units = count(program, work, 1 + REPETITIONS)
    return (often - once) / (REPETITIONS * units)


def measure(programs, counted_programs, directory, record_anew):
    """Yields a record for each piece of work, and says which got worse; records them anew if asked."""
    program = counted_programs / "stratum-bench"
    ratings = directory / "counted.tsv"
    stratum = programs / "stratum"
    subprocess.run(
        [stratum, "generate", "ratings-like:ratings=20000,rows=1000,columns=500", "--output", ratings, "--force"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {"instructions": {}}
    print(f"\nInstructions a rating, built for {ARCH}, counted by valgrind\n{'':<24}{'now':>8}{'recorded':>10}")
    counted, worse = {}, []
    for name, work in PIECES.items():
        counted[name] = round(per_unit(program, work.format(ratings=ratings)), 1)
        before = recorded["instructions"].get(name)
        print(f"{name:<24}{counted[name]:>8.1f}{before if before is not None else '-':>10}", flush=True)
        if before is not None and counted[name] > WORSE * before:
            worse.append(f"{name} ({before} -> {counted[name]})")
        yield {"benchmark": "instructions", "arch": ARCH, "work": name, "count": counted[name], "recorded": before}
    if worse:
        print(f"WORSE by more than {WORSE - 1:.0%} than recorded with {recorded['compiler']}: {', '.join(worse)}")
    if record_anew:
        record = {"compiler": first_line("swift", "--version"), "arch": ARCH, "instructions": counted}
        RECORDED.write_text(json.dumps(record, indent=2) + "\n")
        print(f"recorded in {RECORDED}")
