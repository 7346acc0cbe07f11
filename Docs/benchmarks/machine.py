"""What the figures were measured on and with."""

import os
import pathlib
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[2]


def first_line(*command):
    """The first line that a command prints, or an empty one where it cannot be had."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=TOP, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return (done.stdout.splitlines() or [""])[0].strip()


def cpu_model():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    field = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    model = field.get("model name") or os.uname().machine
    if "cpu family" in field:
        model += f", family {field['cpu family']}, model {field['model']}"
    return model


def caches():
    """Name to size of the caches of the first core, such as {"L1 Data": "48K"}."""
    found = {}
    for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((index / name).read_text().strip() for name in ("level", "type", "size"))
        found[f"L{level} {kind}"] = size
    return found


def commit():
    """The commit, with a plus where tracked files differ from it."""
    name = first_line("git", "rev-parse", "--short", "HEAD")
    return name + ("+" if first_line("git", "status", "--porcelain", "--untracked-files=no") else "")


def description():
    """A record of machine, compiler, flags and commit."""
    return {
        "benchmark": "machine",
        "date": time.strftime("%Y-%m-%d"),
        "cpu": cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "caches": caches(),
        "load": round(os.getloadavg()[0], 2),
        "compiler": first_line("swift", "--version"),
        "flags": f"-c release -Xcc -march={os.environ.get('ARCH', 'native')}",
        "mpi": first_line("mpirun", "--version"),
        "commit": commit(),
    }
