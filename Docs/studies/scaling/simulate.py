#!/usr/bin/env python3
"""Simulates strong and weak scaling on clusters that are not here.

usage: Docs/studies/scaling/simulate.py PROGRAMS OUTPUT [MOST]
  PROGRAMS   the directory that holds the program `stratum`
  OUTPUT     the directory that gets simulated.md, simulated.jsonl, and plots as PNG and SVG
  MOST       the most nodes; 1024 where it is not said

`stratum trace` writes what each rank would do, SimGrid replays it, and the plot shows it beside what `stratum plan` says. A
node is one core: 60 million updates a second, about what one does for 100 factors.
"""

import concurrent.futures
import json
import os
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import gnuplot
import simgrid

RATE = 60
FACTORS = 100
# Name, file, name of the network for `stratum plan`, most nodes.
PLATFORMS = [
    ("fat tree, 100 Gbit/s", "fat-tree-1024.xml", "100gbit", 1024),
    ("one switch, 1 Gbit/s", "cluster-1gbit.xml", "1gbit", 64),
]
# Name, and the shape for so many nodes.
KINDS = [
    ("strong: Netflix' shape", lambda nodes: "netflix"),
    ("strong: Yahoo! Music's shape", lambda nodes: "yahoo"),
    ("strong: 10 million × 1 million, 1 billion", lambda nodes: "paper"),
    ("weak: a million ratings a node, columns fixed", lambda nodes: f"{10000 * nodes}x17770x{10**6 * nodes}"),
    ("weak: a million ratings and 1,000 columns a node", lambda n: f"{10000 * n}x{1000 * n}x{10**6 * n}"),
]


def is_strong(kind):
    return kind.startswith("strong")


def planned(programs, shape, network, nodes):
    """Seconds an epoch by the cost model."""
    words = ["plan", shape, "--network", network, "--cores", "1", "--nodes", nodes, "--rate", RATE, "--factors", FACTORS]
    for line in simgrid.run([programs / "stratum", *words]).splitlines():
        cells = line.split()
        if cells and cells[0] == str(nodes) and "%" in cells:
            return float(cells[5])
    sys.exit(f"stratum plan {shape} says nothing of {nodes} nodes")


def simulated(programs, shape, platform, network, nodes):
    """Seconds an epoch by SimGrid."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        directory = pathlib.Path(name)
        # With few nodes chance decides in each epoch anew how much of it travels.
        epochs = max(1, min(8, 64 // nodes))
        options = ["--shape", shape, "--ranks", nodes, "--rate", RATE, "--factors", FACTORS, "--network", network]
        simgrid.trace(programs, directory, [*options, "--epochs", epochs])
        return simgrid.replay(directory, HERE / platform, nodes) / epochs


def points(most):
    """All points, those that take longest first."""
    found = []
    for kind, shape in KINDS:
        for platform, file, network, largest in PLATFORMS:
            nodes = 1
            while nodes <= min(largest, most):
                found.append((nodes, kind, platform, file, network, shape(nodes)))
                nodes *= 4 if nodes >= 4 else 2
    return sorted(found, key=lambda point: -point[0])


def computed(programs, point):
    nodes, kind, platform, file, network, shape = point
    begin = time.monotonic()
    result = {
        "kind": kind, "platform": platform, "nodes": nodes,
        "simulatedSeconds": simulated(programs, shape, file, network, nodes),
        "plannedSeconds": planned(programs, shape, network, nodes),
    }  # fmt: skip
    print(
        f"{kind}, {platform}: {nodes} nodes: {1000 * result['simulatedSeconds']:.4g} ms simulated, "
        f"{1000 * result['plannedSeconds']:.4g} ms planned ({time.monotonic() - begin:.0f} s)",
        flush=True,
    )
    return result


def page(found):
    yield f"One core a node, {RATE} million updates a second, k = {FACTORS}; ms an epoch, and the efficiency by the simulation."
    for platform, *_ in PLATFORMS:
        for kind, _ in KINDS:
            chosen = [p for p in found if (p["kind"], p["platform"]) == (kind, platform)]
            if not chosen:
                continue
            yield f"\n**{kind}**, {platform}\n"
            yield "| nodes | simulated | planned | plan off by | efficiency |\n|---|---|---|---|---|"
            for p in chosen:
                ratio = chosen[0]["simulatedSeconds"] / p["simulatedSeconds"] / (p["nodes"] if is_strong(kind) else 1)
                off = p["plannedSeconds"] / p["simulatedSeconds"] - 1
                yield (
                    f"| {p['nodes']:,} | {1000 * p['simulatedSeconds']:.4g} | {1000 * p['plannedSeconds']:.4g} "
                    f"| {100 * off:+.0f} % | {100 * ratio:.0f} % |"
                )


def panel(found, kinds, title, extra, blocks):
    """A diagram of some kinds of scaling: simulated as points, planned as lines."""
    drawn, number = [], 0
    for kind in kinds:
        for platform, *_ in PLATFORMS:
            chosen = [p for p in found if (p["kind"], p["platform"]) == (kind, platform)]
            if not chosen:
                continue
            color = gnuplot.COLORS[number % len(gnuplot.COLORS)]
            number += 1
            simulated = blocks.add(f"{p['nodes']} {1000 * p['simulatedSeconds']}" for p in chosen)
            planned = blocks.add(f"{p['nodes']} {1000 * p['plannedSeconds']}" for p in chosen)
            key = f"{kind.split(': ')[1]}, {platform.split(', ')[1]}"
            drawn += [
                f"{simulated} with points pt 7 ps 1.2 lc rgb '{color}' title '{key.replace(chr(39), chr(39) * 2)}'",
                f"{planned} with lines lw 1.5 lc rgb '{color}' notitle",
            ]
    return (
        f"set title '{title}'\nset xlabel 'nodes of one core'\nset ylabel 'ms an epoch'\nset logscale xy\n"
        f"set xtics (1,4,16,64,256,1024)\nset xrange [0.8:1300]\nset key font ',9'\nset format y '%g'\n{extra}\n"
        f"plot {', '.join(drawn)}"
    )


def draw(found, output):
    blocks = gnuplot.Blocks()
    strong, weak = ([kind for kind, _ in KINDS if is_strong(kind) == wanted] for wanted in (True, False))
    panels = [
        panel(found, strong, "strong scaling", "", blocks),
        panel(found, weak, "weak scaling", "set yrange [10:1000]", blocks),
    ]
    title = "Simulated by SimGrid (points) and by the cost model (lines)"
    gnuplot.render(output / "simulated", title, panels, blocks, "1,2", (1200, 620))


def main():
    programs, output = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 1024
    output.mkdir(parents=True, exist_ok=True)
    # Others' programs do the work, as many at a time as there are cores.
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found = list(pool.map(lambda point: computed(programs, point), points(most)))
    found.sort(key=lambda point: point["nodes"])
    (output / "simulated.jsonl").write_text("".join(json.dumps(point) + "\n" for point in found))
    (output / "simulated.md").write_text("\n".join(page(found)) + "\n")
    draw(found, output)


main()
