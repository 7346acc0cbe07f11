"""Traces of `stratum trace`, and SimGrid, which replays them on platforms."""

import dataclasses
import re
import subprocess
import sys

HEAD = """<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
"""


def run(command):
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


@dataclasses.dataclass
class Trace:
    """What `stratum trace` computes itself."""

    epoch_seconds: float
    # The mean of all messages; 0 where there are none.
    message_bytes: float


def trace(programs, directory, options):
    """Writes a trace into a directory, in the place of one that is there."""
    printed = run([programs / "stratum", "trace", *options, "--output", directory / "trace", "--force"])
    seconds = re.search(r"an epoch: ([\d.]+) s.*and ([\d.]+) s for the loss", printed)
    sent = re.search(r"a rank sends ([\d.]+) MB in ([\d.]+) messages", printed)
    megabytes, messages = (float(sent[1]), float(sent[2])) if sent else (0, 0)
    return Trace(float(seconds[1]) + float(seconds[2]), 1e6 * megabytes / messages if messages else 0)


def star(path, hosts, latency, rate):
    """Writes a platform: hosts, each with a link of its own to a switch that holds nobody up.

    A message goes over two links, each with half the latency.
    """
    path.write_text(
        f"""{HEAD}  <cluster id="star" prefix="node-" suffix="" radical="0-{hosts - 1}" speed="1Gf"
    bw="{rate}Bps" lat="{latency / 2}s" />
</platform>
"""
    )
    return path


def replay(directory, platform, ranks, handling=0):
    """The seconds that a trace takes on the first nodes of a platform, one rank each.

    `handling` are the seconds of its core that a rank gives to each byte that it sends, with as many received.
    """
    hosts = directory / "hosts.txt"
    hosts.write_text("".join(f"node-{rank}\n" for rank in range(ranks)))
    script = directory / "trace" / "replay.sh"
    printed = run(["sh", script, platform, "-hostfile", hosts.resolve(), f"--cfg=smpi/ois:0:0:{handling}"])
    return float(re.search(r"Simulation time ([\d.]+)", printed)[1])
